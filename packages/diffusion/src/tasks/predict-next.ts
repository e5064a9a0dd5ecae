/** What may come next. @module */
import { assertInteger, assertKey, contextRows, fold, refusal } from '@gen/backend'
import type { GenerativeModel, SampleOptions } from '@gen/model'
import { concat, slice, stack, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Options of {@link predictNext}. */
export interface PredictNextOptions extends Omit<SampleOptions, 'shard'> {
  /** What was seen, `[1, …]`: frames as channels, oldest first, or their numbers one after the other; what the model takes as its context. */
  readonly past: Tensor
  /** How many steps ahead. @default 1 */
  readonly length?: number
}

const where = 'diffusion.predictNext'

/**
 * Possible futures `[count, length, …]` of a past, by a model of any family that was trained to be told the past and to give what follows.
 * Each answer goes on from what it has said itself: its frame joins its past, and the oldest one leaves.
 *
 * @throws GenError `shape` for a past that holds no whole number of frames; else as the model's `sample`.
 * @example
 * const futures = await predictNext(dreamer, { past: zeros([1, 4]), length: 3, count: 5, key: key(1) })
 * futures.shape // [5, 3, 2]
 */
export async function predictNext(
  model: Pick<GenerativeModel, 'shape' | 'sample'>,
  { past, length = 1, ...options }: PredictNextOptions,
): Promise<Tensor> {
  assertInteger(where, 'count', options.count, { min: 1 })
  assertInteger(where, 'length', length, { min: 1 })
  assertKey(where, 'key', options.key)
  assertPast(past, model.shape)
  const frames: Tensor[] = []
  let seen = contextRows(past, 0, options.count)
  try {
    for (let step = 0; step < length; step++) {
      const next = await model.sample({
        ...options,
        context: seen,
        key: step === 0 ? options.key : fold(options.key, step),
      })
      frames.push(next)
      const before = seen
      seen = tidy(() => shifted(before, next))
      before.dispose()
    }
    return tidy(() => stack(frames, 1))
  } finally {
    seen.dispose()
    for (const frame of frames) frame.dispose()
  }
}

/** Without the oldest frame, and with the next one. */
function shifted(seen: Tensor, next: Tensor): Tensor {
  const channels = next.shape.at(-1)!
  const begin = seen.shape.map((_, axis) => (axis === seen.rank - 1 ? channels : 0))
  const size = seen.shape.map((n, axis) => (axis === seen.rank - 1 ? n - channels : n))
  return size.at(-1) === 0 ? next.clone() : concat([slice(seen, begin, size), next], -1)
}

function assertPast(past: Tensor, shape: readonly number[]): void {
  const [rows, ...row] = past.shape
  const isFrames =
    row.length === shape.length && row.every((n, i) => (i < row.length - 1 ? n === shape[i] : n % shape[i]! === 0))
  if (rows === 1 && isFrames) return
  const wanted = [1, ...shape.slice(0, -1), `n · ${shape.at(-1)}`].join(', ')
  const remedy = 'put the frames of one past side by side along the last axis'
  throw refusal('shape', where, { expected: `past of shape [${wanted}]`, got: `[${past.shape.join(', ')}]`, remedy })
}
