/** What laws of extreme numbers share; not part of the package. @module */
import { dispose, grads, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'

export const infinity: number = Number.POSITIVE_INFINITY
export const logTwoPi: number = Math.log(2 * Math.PI)

/** Numbers from 1e-20 to 1e20, and those where functions bend. */
export const far: readonly number[] = [0, 1e-20, -1e-20, 0.3, -20, 20, 1e4, -1e6, 1e20, -1e20]

/** log (1 + eˣ) in float64. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** 1/(1 + e⁻ˣ) in float64. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** What float32 can say: the nearest numbers, ±∞ beyond its range. */
export const said = (values: readonly number[]): number[] => values.map(Math.fround)

/** The value of a function, and its gradients in all inputs, which it disposes. */
export function evaluate(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): number[] {
  const found = tidy(() => {
    const slopes = grads((...given: Tensor[]) => sum(f(...given)))(inputs)
    return [...f(...inputs).dataSync(), ...slopes.flatMap((slope) => [...slope.dataSync()])]
  })
  dispose(inputs)
  return found
}
