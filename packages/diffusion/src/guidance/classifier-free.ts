/** Classifier-free guidance. @module */
import { assertNumber } from '@gen/backend'
import { add, div, mean, mul, reshape, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { sigmaOf } from '../schedules/level.ts'
import { extrapolate, type Guidance, type GuidanceWeight, isOne, tidied, weightAt, withClean } from './guidance.ts'

/** Options of {@link classifierFree}. */
export interface ClassifierFreeOptions {
  /** 1 as trained, more overdoes the class, 0 ignores it; a function of the level for another one at each step. */
  weight: GuidanceWeight
  /** How much of the deviation of x̂₀, which weights above 1 raise, is brought back to that of the class's own. @default 0 */
  rescale?: number
  /** Least and largest σ = noise / signal at which to guide; elsewhere the weight is 1. @default [0, Infinity] */
  interval?: readonly [least: number, largest: number]
}

/**
 * `ε = ε(∅) + w · (ε(class) − ε(∅))`, and the same of x̂₀. At steps where the weight is 1 the network is asked once, else twice.
 *
 * @throws GenError `range` for a negative weight, a rescaling outside [0, 1], or an interval that is none.
 * @see Classifier-free diffusion guidance (Ho and Salimans, 2022), whose w is one less https://arxiv.org/abs/2207.12598
 * @see Common diffusion noise schedules and sample steps are flawed (Lin et al., 2023), section 3.4, for `rescale`, here of x̂₀ https://arxiv.org/abs/2305.08891
 * @see Applying guidance in a limited interval (Kynkäänniemi et al., 2024) https://arxiv.org/abs/2404.07724
 * @example
 * const guidance = classifierFree({ weight: 3, rescale: 0.7, interval: [0.2, 5] })
 */
export function classifierFree({ weight, rescale = 0, interval }: ClassifierFreeOptions): Guidance {
  const where = 'diffusion.classifierFree'
  if (typeof weight !== 'function') assertWeight(where, weight)
  assertNumber(where, 'rescale', rescale, { min: 0, max: 1 })
  const at = withinInterval(where, weight, interval)
  const guidance: Guidance = (predict, free) => (x, level, condition) => {
    if (isOne(at, level)) return predict(x, level, condition)
    return tidied(() => {
      const own = predict(x, level, condition)
      const guided = extrapolate(free(x, level, condition), own, weightAt(at, level, x))
      if (rescale === 0) return guided
      const brought = div(deviations(own.clean), deviations(guided.clean))
      return withClean(guided, x, mul(guided.clean, add(mul(brought, rescale), 1 - rescale)), level)
    })
  }
  return Object.assign(guidance, { needsFree: weight !== 1 })
}

/** Asserts a weight of guidance. */
export function assertWeight(where: string, weight: number): void {
  assertNumber(where, 'weight', weight, { min: 0, exclusiveMax: Number.POSITIVE_INFINITY })
}

/** The weight within the interval of σ, 1 outside. */
function withinInterval(
  where: string,
  weight: GuidanceWeight,
  interval: ClassifierFreeOptions['interval'],
): GuidanceWeight {
  if (!interval) return weight
  const [least, largest] = interval
  assertNumber(where, 'interval[0]', least, { min: 0 })
  assertNumber(where, 'interval[1]', largest, { min: least })
  return (level) => {
    const sigma = sigmaOf(level)
    if (sigma < least || sigma > largest) return 1
    return typeof weight === 'number' ? weight : weight(level)
  }
}

/** The standard deviation of each row, as a column. */
function deviations(x: Tensor): Tensor {
  const flat = reshape(x, [x.shape[0]!, -1])
  const spread = sqrt(mean(square(sub(flat, mean(flat, 1, true))), 1))
  return reshape(spread, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)])
}
