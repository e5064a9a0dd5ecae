/** Searches on plain tensors by gradients, over codes and for the small network. @module */
import { GenError } from '@gen/backend'
import { adam, cosineDecay } from '@gen/train'
import { dispose, type Scalar, type Tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core'

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  readonly where: string
  readonly steps: number
  /** Falls to 0 as a cosine over the steps. */
  readonly learningRate: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Moves tensors down a loss by Adam; they are disposed, the result is the caller's. Gives the event loop a turn now and then.
 *
 * @throws GenError `aborted`; `non-finite` for a loss that is none.
 */
export async function minimize<T extends Tensor>(
  start: readonly T[],
  loss: (values: readonly T[], step: number) => Scalar,
  { where, steps, learningRate, signal }: MinimizeOptions,
): Promise<T[]> {
  const optimizer = adam()
  const rate = cosineDecay({ from: learningRate, steps })
  let state = { values: [...start] as Tensor[], slots: optimizer.init(start) }
  try {
    for (let step = 1; step <= steps; step++) {
      if (signal?.aborted)
        throw new GenError('aborted', `${where}: expected to go on, got aborted`, { cause: signal.reason })
      const next = tidy(() => {
        const { value, grads } = valueAndGrads((...values: Tensor[]) => loss(values as T[], step))(state.values)
        const circumstances = { learningRate: rate(step - 1), step, gradientScale: 1 }
        return { value, ...optimizer.update(state.values, grads, state.slots, circumstances) }
      })
      dispose([state.values, ...Object.values(state.slots)])
      const { value, ...rest } = next
      state = rest
      // Reading the loss waits for the device; every tenth step is enough to notice a breakdown.
      if (step % 10 === 0 || step === steps) assertLoss(where, (await value.data())[0]!, step)
      value.dispose()
    }
  } catch (error) {
    dispose(state.values)
    throw error
  } finally {
    dispose(Object.values(state.slots))
  }
  return state.values as T[]
}

function assertLoss(where: string, value: number, step: number): void {
  if (Number.isFinite(value)) return
  throw new GenError(
    'non-finite',
    `${where}: expected a finite loss, got ${value} at step ${step}; pass a smaller learningRate`,
  )
}
