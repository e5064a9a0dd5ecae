/** How large the loss is along the schedule. @module */
import { assertInteger, assertKey, fold, type Key, uniform } from '@gen/backend'
import type { Batches } from '@gen/model'
import { add, dispose, div, mean, type Scalar, square, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DiffusionBatch } from './loss-model.ts'

/** Options of {@link lossProfile}. */
export interface LossProfileOptions {
  /** Equal parts of [0, 1). @default 16 */
  bins?: number
  /** Batches that each part's mean is taken over. @default 4 */
  count?: number
  /** Draws times and noise. */
  key: Key
}

/**
 * The root mean square of the rows' loss in equal parts of time, from the clean end to the noise end: the density that `importanceTimes` needs for the least variance.
 *
 * @param batches - Data; batches 0 to `count` − 1 are seen once for each part.
 * @throws GenError `value` or `range` for options, and what `lossAt` refuses.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021), eq. 18 https://arxiv.org/abs/2102.09672
 * @example
 * const profile = await lossProfile(model, batches, { bins: 4, count: 1, key: key(5) })
 * const times = importanceTimes({ profile })
 */
export async function lossProfile(
  model: Pick<Diffusion, 'lossAt' | 'schedule'>,
  batches: Batches<DiffusionBatch>,
  { bins = 16, count = 4, key: k }: LossProfileOptions,
): Promise<number[]> {
  const where = 'diffusion.lossProfile'
  assertInteger(where, 'bins', bins, { min: 1, max: 10_000 })
  assertInteger(where, 'count', count, { min: 1 })
  assertKey(where, 'key', k)
  const squares = new Array<number>(bins).fill(0)
  for (let i = 0; i < count; i++) {
    const batch = await batches.at(i)
    try {
      for (let bin = 0; bin < bins; bin++) {
        const size = meanSquare(model, batch, { bin, bins, key: fold(fold(k, i), bin) })
        squares[bin]! += (await size.data())[0]! / count
        size.dispose()
      }
    } finally {
      dispose({ ...batch })
    }
  }
  return squares.map(Math.sqrt)
}

/** The mean square of the loss at times of one part. */
function meanSquare(
  { lossAt, schedule }: Pick<Diffusion, 'lossAt' | 'schedule'>,
  batch: DiffusionBatch,
  { bin, bins, key }: { bin: number; bins: number; key: Key },
): Scalar {
  return tidy(() => {
    const t = div(add(uniform(fold(key, 0), [batch.x.shape[0] ?? 0]), bin), bins)
    return mean(square(lossAt(batch, schedule.alpha(t) as Tensor1D, fold(key, 1)))) as Scalar
  })
}
