/** Noise with the data that a model makes of it, for reflow. @module */
import { assertInteger, assertKey, fold, type Key, normal, permutation } from '@gen/backend'
import type { SyncBatches } from '@gen/model'
import { dispose, gather, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import { labelsOrDrawn } from '../labels.ts'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import type { DiffusionSampleOptions } from '../sample.ts'

/** Options of {@link coupledPairs}. */
export interface CoupledPairsOptions
  extends Pick<DiffusionSampleOptions, 'sampler' | 'guidance' | 'batchSize' | 'labels' | 'signal'> {
  /** Pairs that are made. */
  count: number
  /** Pairs in a batch. */
  size: number
  key: Key
}

/** Pairs as batches; they own their tensors. */
export interface CoupledPairs extends SyncBatches<DiffusionBatch> {
  readonly count: number
  dispose(): void
}

/**
 * Reflow: pairs of noise and the data that a model's deterministic sampling makes of it. A model that is trained on them, `fit(student,
 * pairs, …)` with {@link flowMatching}, learns paths that do not cross, hence are straight, hence need few steps: with exact
 * paths one step of `flowEuler` is the teacher's whole way.
 *
 * @throws GenError as `sample`; `value` or `range` for counts below 1.
 * @see Flow straight and fast: learning to generate and transfer data with rectified flow (Liu et al., 2022) https://arxiv.org/abs/2209.03003
 * @example
 * const pairs = await coupledPairs(model, { count: 64, size: 32, sampler: ddim({ steps: 10 }), key: key(1) })
 * const student = flowMatching({ network: pointDenoiser({ size: 2, residual: false, key: key(0) }) })
 * await last(fit(student, pairs, { steps: 20, optimizer: adamW(), key: key(2) }))
 * pairs.dispose()
 */
export async function coupledPairs(
  teacher: Diffusion,
  { count, size, key, ...options }: CoupledPairsOptions,
): Promise<CoupledPairs> {
  const name = 'diffusion.coupledPairs'
  assertKey(name, 'key', key)
  assertInteger(name, 'count', count, { min: 1 })
  assertInteger(name, 'size', size, { min: 1, max: count })
  const labels = await labelsOrDrawn(name, options.labels, { rows: count, classes: teacher.config.classes }, key)
  const noise = normal(fold(key, 0), [count, ...teacher.shape])
  const kept: Tensor[] = [noise]
  try {
    const x = await teacher.sample({ ...options, count, noise, key, ...(labels && { labels }) })
    kept.push(x)
    if (labels) kept.push(tensor1d(labels, 'int32'))
  } catch (error) {
    dispose(kept)
    throw error
  }
  return {
    count,
    at: (index) => batchAt(kept, rowsAt(index, { count, size, key: fold(key, 1) })),
    dispose: () => dispose(kept),
  }
}

/** The rows of a batch: those of one shuffle after the other. */
function rowsAt(index: number, { count, size, key }: { count: number; size: number; key: Key }): number[] {
  const order = (epoch: number) => permutation(fold(key, epoch), count)
  const [first, last] = [Math.floor((index * size) / count), Math.floor((index * size + size - 1) / count)]
  const orders = new Map([first, last].map((epoch) => [epoch, order(epoch)]))
  const places = Array.from({ length: size }, (_, i) => index * size + i)
  return places.map((place) => orders.get(Math.floor(place / count))![place % count]!)
}

function batchAt([noise, x, labels]: readonly Tensor[], rows: number[]): DiffusionBatch {
  return tidy(() => {
    const at = tensor1d(rows, 'int32')
    const [own, made] = [gather(noise!, at), gather(x!, at)]
    return { x: made, noise: own, ...(labels && { labels: gather(labels, at) as Tensor1D }) }
  })
}
