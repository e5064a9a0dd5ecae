/** Likelihood of 8-bit pixels. @module */
import { assertInteger, uniform } from '@gen/backend'
import {
  add,
  cast,
  clipByValue,
  div,
  exp,
  expm1,
  greater,
  less,
  log,
  mul,
  neg,
  round,
  softplus,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { assertOutput, blocks, sumEvent } from './event.ts'
import { checkLevels } from './levels.ts'
import type { Likelihood } from './likelihood.ts'

/** Options of {@link discretizedLogisticLikelihood}. */
export interface DiscretizedLogisticLikelihoodOptions {
  /** How many values a number of the data can take, at least 2. @default 256 */
  levels?: number
}

/** Bounds of log s: a bin of 256 is 0.004 wide, and e⁻⁷ a quarter of it. */
const logScales = [-7, 7] as const

/**
 * Discretized logistic likelihood over levels `k/(levels − 1)`: the mass of a logistic distribution with location μ and
 * scale s in the level's bin, `σ((x + ½w − μ)/s) − σ((x − ½w − μ)/s)` with bins of `w = 1/(levels − 1)`; the first and the
 * last bin reach to −∞ and +∞, so the masses sum to 1.
 *
 * The output has two blocks of channels: μ in the data's units, and log s (clipped to [−7, 7]). `mean` is μ clipped to [0, 1].
 *
 * @throws GenError `value` or `range` for levels below 2; `shape` for an output that does not fit x; from `check`, `range`
 * or `value` for data between levels.
 * @see Improved variational inference with inverse autoregressive flow (Kingma et al., 2016) https://arxiv.org/abs/1606.04934
 * @see PixelCNN++ (Salimans et al., 2017) https://arxiv.org/abs/1701.05517
 * @example
 * const nats = discretizedLogisticLikelihood().logProb(images, output)
 */
export function discretizedLogisticLikelihood({ levels = 256 }: DiscretizedLogisticLikelihoodOptions = {}): Likelihood {
  const where = 'losses.discretizedLogistic'
  assertInteger(where, 'levels', levels, { min: 2 })
  const width = 1 / (levels - 1)
  const parts = (output: Tensor) => {
    const [location, raw] = blocks(where, output, 2) as [Tensor, Tensor]
    return { location, logScale: clipByValue(raw, ...logScales) }
  }
  return {
    config: { kind: 'discretizedLogistic', levels },
    channels: 2,
    logProb: (x, output) => {
      assertOutput(where, x, output, 2)
      return tidy(() => sumEvent(logMass(x, parts(output), width)))
    },
    mean: (output) => tidy(() => clipByValue(parts(output).location, 0, 1)),
    sample: (output, k, draw) =>
      tidy(() => {
        const { location, logScale } = parts(output)
        // Away from 0 and 1, whose logits are infinite: half a step of the 24 bits of `uniform`.
        const u = add(uniform(k, location.shape, draw), 2 ** -25)
        const drawn = add(location, mul(exp(logScale), sub(log(u), log(sub(1, u)))))
        return mul(clipByValue(round(div(drawn, width)), 0, levels - 1), width)
      }),
    check: (x) => checkLevels(where, x, levels),
  }
}

/**
 * `log (σ(a) − σ(b))` with a, b the bin's ends, as `log σ(a) + log σ(−b) + log(1 − exp(b − a))`: an identity that loses no
 * digits however far the bin is from μ. The open bins leave out the factors that are 1.
 */
function logMass(x: Tensor, { location, logScale }: { location: Tensor; logScale: Tensor }, width: number): Tensor {
  const inverse = exp(neg(logScale))
  const center = sub(x, location)
  const above = softplus(neg(mul(add(center, width / 2), inverse)))
  const below = softplus(mul(sub(center, width / 2), inverse))
  const inside = log(neg(expm1(neg(mul(inverse, width)))))
  const notFirst = cast(greater(x, width / 2), 'float32')
  const notLast = cast(less(x, 1 - width / 2), 'float32')
  const both = mul(mul(notFirst, notLast), inside)
  return sub(both, add(mul(above, notLast), mul(below, notFirst)))
}
