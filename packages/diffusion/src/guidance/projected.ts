/** Adaptive projected guidance. @module */
import { assertNumber } from '@gen/backend'
import { add, div, maximum, minimum, mul, reshape, sqrt, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { assertWeight } from './classifier-free.ts'
import { type Guidance, type GuidanceWeight, isOne, tidied, weightAt, withClean } from './guidance.ts'

/** Options of {@link projectedGuidance}. */
export interface ProjectedGuidanceOptions {
  /** 1 as trained, more overdoes the class; a function of the level for another one at each step. */
  weight: GuidanceWeight
  /** How much counts of the part of the difference along x̂₀, which only saturates: 1 is classifier-free guidance. @default 0 */
  parallel?: number
  /** Longest difference of x̂₀ with and without class, as a root mean square over the item. @default Infinity */
  longest?: number
}

/**
 * Classifier-free guidance for high weights: of the difference of x̂₀ with and without class, shortened to `longest`, the part along x̂₀(class) is
 * left out, `x̂₀ = x̂₀(class) + (w − 1) (Δ⊥ + parallel · Δ∥)`. The paper's momentum, which remembers steps, is not done.
 *
 * @throws GenError `range` for a negative weight or other numbers below 0.
 * @see Eliminating oversaturation and artifacts of high guidance scales (Sadat et al., 2024) https://arxiv.org/abs/2410.02416
 * @example
 * const guidance = projectedGuidance({ weight: 8, longest: 0.5 })
 */
export function projectedGuidance(options: ProjectedGuidanceOptions): Guidance {
  const where = 'diffusion.projectedGuidance'
  const { weight, parallel = 0, longest = Number.POSITIVE_INFINITY } = options
  if (typeof weight === 'number') assertWeight(where, weight)
  assertNumber(where, 'parallel', parallel, { min: 0, max: 1 })
  assertNumber(where, 'longest', longest, { exclusiveMin: 0 })
  return (predict, free) => (x, level, condition) => {
    if (isOne(weight, level)) return predict(x, level, condition)
    return tidied(() => {
      const own = predict(x, level, condition)
      const difference = shortened(sub(own.clean, free(x, level, condition).clean), longest)
      const along = mul(own.clean, div(rowSums(mul(difference, own.clean)), maximum(rowSums(square(own.clean)), tiny)))
      const lead = add(sub(difference, along), mul(along, parallel))
      return withClean(own, x, add(own.clean, mul(lead, sub(weightAt(weight, level, x), 1))), level)
    })
  }
}

/** Below it an x̂₀ has no direction. */
const tiny = 1e-12

function shortened(difference: Tensor, longest: number): Tensor {
  if (longest === Number.POSITIVE_INFINITY) return difference
  const size = difference.size / (difference.shape[0] ?? 1)
  const length = maximum(sqrt(rowSums(mul(square(difference), 1 / size))), tiny)
  return mul(difference, minimum(div(longest, length), 1))
}

/** The sum of each row, as a column. */
function rowSums(x: Tensor): Tensor {
  const [rows = 0, ...item] = x.shape
  return reshape(sum(reshape(x, [rows, -1]), 1), [rows, ...item.map(() => 1)])
}
