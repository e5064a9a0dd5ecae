/** Adam on plain tensors, for searches over codes and for the small network. @module */
import { GenError } from '@gen/backend'
import {
  add,
  dispose,
  div,
  mul,
  type Scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  valueAndGrads,
  zerosLike,
} from '@tensorflow/tfjs-core'

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  readonly where: string
  readonly steps: number
  readonly learningRate: number
  /** Falls to 0 as a cosine over the steps. */
  readonly cooling?: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Moves tensors down a loss; they are disposed, the result is the caller's. Gives the event loop a turn now and then.
 *
 * @throws GenError `aborted`; `non-finite` for a loss that is none.
 */
export async function minimize<T extends Tensor>(
  start: readonly T[],
  loss: (values: readonly T[], step: number) => Scalar,
  { where, steps, learningRate, cooling = false, signal }: MinimizeOptions,
): Promise<T[]> {
  let state = { values: [...start], first: start.map((x) => zerosLike(x)), second: start.map((x) => zerosLike(x)) }
  try {
    for (let step = 1; step <= steps; step++) {
      if (signal?.aborted)
        throw new GenError('aborted', `${where}: expected to go on, got aborted`, { cause: signal.reason })
      const share = cooling ? 0.5 + 0.5 * Math.cos((Math.PI * (step - 1)) / steps) : 1
      const next = tidy(() => {
        const { value, grads } = valueAndGrads((...values: Tensor[]) => loss(values as T[], step))(state.values)
        return { value, ...stepped(state, grads, step, share * learningRate) }
      })
      dispose(state)
      const { value, ...rest } = next
      state = rest as typeof state
      // Reading the loss waits for the device; every tenth step is enough to notice a breakdown.
      if (step % 10 === 0 || step === steps) assertLoss(where, (await value.data())[0]!, step)
      value.dispose()
    }
  } catch (error) {
    dispose(state.values)
    throw error
  } finally {
    dispose([state.first, state.second])
  }
  return state.values
}

interface AdamState {
  values: Tensor[]
  first: Tensor[]
  second: Tensor[]
}

function stepped({ values, first, second }: AdamState, gradients: Tensor[], step: number, rate: number): AdamState {
  const corrected = (rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step)
  const nextFirst = first.map((m, i) => add(mul(m, 0.9), mul(gradients[i]!, 0.1)))
  const nextSecond = second.map((s, i) => add(mul(s, 0.999), mul(square(gradients[i]!), 0.001)))
  const nextValues = values.map((x, i) => sub(x, mul(corrected, div(nextFirst[i]!, add(sqrt(nextSecond[i]!), 1e-8)))))
  return { values: nextValues, first: nextFirst, second: nextSecond }
}

function assertLoss(where: string, value: number, step: number): void {
  if (Number.isFinite(value)) return
  throw new GenError(
    'non-finite',
    `${where}: expected a finite loss, got ${value} at step ${step}; pass a smaller learningRate`,
  )
}
