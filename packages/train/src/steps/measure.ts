/** The one read of the device in each update. @module */
import { defineOp, type Op } from '@gen/backend'
import { concat1d, square, stack, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { Accumulated } from './accumulate.ts'

/** What an update reads from the device, as means over the accumulated batches. */
export interface Measured {
  readonly losses: Record<string, number>
  /** Sum of all numbers in the batches; not finite if one of them is not, or if they overflow. */
  readonly batchSum: number
  /** 2-norm of the gradient of each variable; zero where the loss does not depend on it. */
  readonly norms: readonly number[]
  /** 2-norm of all gradients together. */
  readonly gradientNorm: number
}

/** Tensors of any shapes → `[n]`: Σ x² of each; kernel `GenSquaredNorms` where the backend has it. */
const squaredNorms: Op<object> = defineOp<object>({
  name: 'GenSquaredNorms',
  composed: (tensors) => stack(tensors.map((tensor) => sum(square(tensor)))),
})

/** Reads losses and gradient norms in one transfer. */
export async function measure({
  names,
  readings,
  gradients,
  accumulate,
}: Pick<Accumulated, 'names' | 'readings' | 'gradients'> & { accumulate: number }): Promise<Measured> {
  const present = gradients.filter((gradient): gradient is Tensor => gradient !== undefined)
  const all = tidy(() => concat1d([readings, squaredNorms(present, {}) as Tensor1D]))
  try {
    const numbers = await all.data<'float32'>()
    const losses = Object.fromEntries(names.map((name, i) => [name, numbers[i]! / accumulate]))
    const batchSum = readings.size > names.length ? numbers[names.length]! : 0
    let place = readings.size
    const norms = gradients.map((gradient) => (gradient ? Math.sqrt(numbers[place++]!) / accumulate : 0))
    return { losses, batchSum, norms, gradientNorm: Math.hypot(...norms) }
  } finally {
    all.dispose()
  }
}
