/** Sampling by average velocities. @module */
import { assertInteger, assertKey, fold, inBatches, normal } from '@gen/backend'
import type { SampleOptions } from '@gen/model'
import { mul, sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import { labelsOrDrawn } from '../labels.ts'
import { normalizer } from '../normalize.ts'
import { averageVelocity } from './average-velocity.ts'
import { assertMeanFlow } from './mean-flow.ts'

/** Options of {@link meanFlowSample}. */
export interface MeanFlowSampleOptions extends SampleOptions {
  /** Calls of the network. @default 1 */
  steps?: number
}

/**
 * Samples of a student of {@link meanFlow}: `z_r = z_t − (t − r) u(z_t, r, t)`, from t = 1 to 0 in even steps. In the data's units,
 * clipped to their range.
 *
 * @throws GenError `config`, `shape` or `range` for options that do not fit the model, `aborted` by the signal.
 * @see Mean flows for one-step generative modeling (Geng et al., 2025), algorithm 2 https://arxiv.org/abs/2505.13447
 * @example
 * const student = flowMatching({ network: unet({ shape: [8, 8, 1], widths: [4, 4], augmentation: 6, key: key(0) }) })
 * const samples = await meanFlowSample(student, { count: 4, steps: 2, key: key(2) })
 */
export async function meanFlowSample(student: Diffusion, options: MeanFlowSampleOptions): Promise<Tensor> {
  const where = 'diffusion.meanFlowSample'
  const { count, key, steps = 1, batchSize = 64, shard, signal } = options
  assertMeanFlow(where, student)
  assertKey(where, 'key', key)
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'steps', steps, { min: 1 })
  const labels = await labelsOrDrawn(where, options.labels, { rows: count, classes: student.config.classes }, key)
  const data = normalizer(student.config)
  return await inBatches(where, { count, batchSize, shard, signal }, (offset, rows) =>
    tidy(() => {
      const condition = labels ? { label: tensor1d(labels.slice(offset, offset + rows), 'int32') } : {}
      let z: Tensor = normal(fold(key, 0), [rows, ...student.shape], { offset })
      for (let i = steps; i > 0; i--) {
        const interval = { from: (i - 1) / steps, to: i / steps }
        const u = averageVelocity(student, z, Array(rows).fill(interval), condition)
        z = sub(z, mul(u, 1 / steps))
      }
      return data.clip(data.denormalize(z))
    }),
  )
}
