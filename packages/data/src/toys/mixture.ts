/** Mixtures of round Gaussians in the plane. @module */
import { logSumExp } from '@gen/backend'
import { add, div, slice, square, sub, type Tensor1D, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core'

/** A mixture of Gaussians of one deviation in all directions. */
export interface Mixture {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** Weights of the centers; they sum to 1. */
  readonly weights: ArrayLike<number>
  readonly deviation: number
}

/**
 * The log density of a mixture: `log Σ wᵢ exp(−‖x − cᵢ‖² / 2σ²) − log 2πσ²`. Takes memory for points × centers numbers.
 */
export function mixtureLogDensity({ x, y, weights, deviation }: Mixture): (points: Tensor2D) => Tensor1D {
  const variance = deviation ** 2
  return (points) => {
    const dx = sub(slice(points, [0, 0], [-1, 1]), tensor1d(Float32Array.from(x)))
    const dy = sub(slice(points, [0, 1], [-1, 1]), tensor1d(Float32Array.from(y)))
    const logWeights = tensor1d(Float32Array.from(weights, Math.log))
    const exponents = sub(logWeights, div(add(square(dx), square(dy)), 2 * variance))
    return sub(logSumExp(exponents, 1), Math.log(2 * Math.PI * variance))
  }
}
