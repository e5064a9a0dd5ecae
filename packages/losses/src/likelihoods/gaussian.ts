/** Likelihood of numbers with normal errors. @module */
import { assertNumber, checkValues, normal, refusal, withoutGradient } from '@gen/backend'
import {
  add,
  exp,
  log,
  maximum,
  mean,
  minimum,
  mul,
  scalar,
  softplus,
  square,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import { assertOutput, blocks, sumEvent } from './event.ts'
import type { Likelihood } from './likelihood.ts'

/** Options of {@link gaussianLikelihood}. */
export interface GaussianLikelihoodOptions {
  /** σ in the data's units, or where it comes from. @default 1 */
  deviation?: number | 'learned' | 'computed' | 'perPixel'
  /** σ never falls below it, except when it is given as a number. @default 0.001 */
  smallest?: number
  /** Of `computed`: the share of the old mean squared error at each step, in [0, 1). @default 0.99 */
  smoothing?: number
}

/** Where log σ comes from: how a deviation differs from another. */
interface Deviation {
  readonly channels: number
  /** log σ, of a shape that broadcasts with the data's. */
  logDeviation(raw: Tensor | undefined): Tensor
  /** Told the errors of each training step. */
  follow?(errors: Tensor): void
  readonly variables?: () => Variable[]
  readonly state?: () => Variable[]
}

/** Deviations that float32 holds, and can divide by. */
const floats = { min: 2 ** -126, max: 2 ** 127 }

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/**
 * Normal likelihood around the output: `log p(x) = −Σ ½(x − μ)²/σ² + log σ + ½ log 2π`. The output is μ as it is; end the
 * decoder in a sigmoid where data are in [0, 1]. The deviation σ is
 *
 * - a number: the weight between reconstruction and KL, `β = σ²`;
 * - `'learned'`: one variable, trained with the decoder;
 * - `'computed'`: Asperti's γ, `γ² ← min(γ², s·γ² + (1 − s)·MSE)` from 1 on, s being `smoothing`; moves in training only,
 *   takes no gradient, and is in `state()`;
 * - `'perPixel'`: the output's second half is its logarithm, bounded smoothly from below by `smallest`.
 *
 * `mean` is μ; `sample` adds the noise.
 *
 * @throws GenError `range` or `value` for options out of range; `shape` for an output that does not fit x.
 * @see Balancing reconstruction error and Kullback-Leibler divergence in variational autoencoders (Asperti &
 * Trentin, 2020) https://arxiv.org/abs/2002.07514
 * @see Simple and effective VAE training with calibrated decoders (Rybkin et al., 2021) https://arxiv.org/abs/2006.13202
 * @example
 * const nats = gaussianLikelihood({ deviation: 'computed' }).logProb(images, decoded, { training: true })
 */
export function gaussianLikelihood({
  deviation = 1,
  smallest = 1e-3,
  smoothing = 0.99,
}: GaussianLikelihoodOptions = {}): Likelihood {
  const where = 'losses.gaussian'
  assertNumber(where, 'smallest', smallest, floats)
  assertNumber(where, 'smoothing', smoothing, { min: 0, exclusiveMax: 1 })
  const { channels, logDeviation, follow, ...trained } = deviationOf(where, deviation, smallest, smoothing)
  return {
    config: { kind: 'gaussian', deviation, smallest, smoothing },
    channels,
    ...trained,
    logProb: (x, output, { training = false } = {}) => {
      assertOutput(where, x, output, channels)
      return tidy(() => {
        const [mu, raw] = blocks(where, output, channels) as [Tensor, Tensor | undefined]
        const error = sub(x, mu)
        if (training) follow?.(error)
        const scale = logDeviation(raw)
        const distance = mul(square(mul(error, exp(mul(scale, -1)))), 0.5)
        return mul(sumEvent(add(add(distance, scale), halfLogTwoPi)), -1)
      })
    },
    mean: (output) => tidy(() => blocks(where, output, channels)[0] as Tensor),
    sample: (output, k, draw) =>
      tidy(() => {
        const [mu, raw] = blocks(where, output, channels) as [Tensor, Tensor | undefined]
        return add(mu, mul(exp(logDeviation(raw)), normal(k, mu.shape, draw)))
      }),
    check: (x) => checkValues(where, 'x', x),
  }
}

function deviationOf(
  where: string,
  deviation: NonNullable<GaussianLikelihoodOptions['deviation']>,
  smallest: number,
  smoothing: number,
): Deviation {
  if (deviation === 'learned') return learned(smallest)
  if (deviation === 'computed') return computed(smallest, smoothing)
  if (deviation === 'perPixel') return { channels: 2, logDeviation: (raw) => bounded(raw as Tensor, smallest) }
  if (typeof deviation === 'number') {
    assertNumber(where, 'deviation', deviation, floats)
    return { channels: 1, logDeviation: () => scalar(Math.log(deviation)) }
  }
  const got = JSON.stringify(deviation)
  throw refusal('value', where, { expected: "deviation a number, 'learned', 'computed' or 'perPixel'", got })
}

function learned(smallest: number): Deviation {
  const free: Variable = tidy(() => variable(scalar(0)))
  return { channels: 1, logDeviation: () => bounded(free, smallest), variables: () => [free] }
}

function computed(smallest: number, smoothing: number): Deviation {
  const squaredError: Variable = tidy(() => variable(scalar(1), false))
  return {
    channels: 1,
    logDeviation: () => withoutGradient(() => maximum(mul(log(squaredError), 0.5), Math.log(smallest))),
    follow: (errors) => {
      const next = withoutGradient(() => {
        const smooth = add(mul(squaredError, smoothing), mul(mean(square(errors)), 1 - smoothing))
        return minimum(squaredError, smooth)
      })
      squaredError.assign(next)
    },
    state: () => [squaredError],
  }
}

/** max(x, log smallest), smoothly. */
function bounded(x: Tensor, smallest: number): Tensor {
  const floor = Math.log(smallest)
  return add(softplus(sub(x, floor)), floor)
}
