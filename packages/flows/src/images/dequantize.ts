/** From pixels of a few levels to densities: dequantization. @module */
import { type JsonObject, type Key, refusal, uniform } from '@gen/backend'
import {
  add,
  div,
  fill,
  mul,
  round,
  sub,
  type Tensor1D,
  type Tensor4D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import { isWithin } from '../bijectors/interval.ts'
import { sizeOf } from '../bijectors/shape.ts'
import type { Flow } from '../flow-model.ts'

/** Adds noise to pixels, so that they have a density. */
export interface Dequantizer {
  readonly config: JsonObject
  variables(): Variable[]
  /**
   * Draws v = (n + u)/levels for pixels x = n/(levels − 1) in [0, 1], u in [0, 1), and says the log-density of v given x.
   */
  dequantize(x: Tensor4D, levels: number, k: Key): { value: Tensor4D; logProb: Tensor1D }
}

/**
 * Uniform noise: u is uniform in [0, 1).
 *
 * @see A note on the evaluation of generative models (Theis et al., 2015) https://arxiv.org/abs/1511.01844
 * @example
 * const model = imageFlow({ flow: glow([8, 8, 1], { key: key(0) }), dequantizer: uniformDequantizer() })
 */
export function uniformDequantizer(): Dequantizer {
  return {
    config: { kind: 'uniform' },
    variables: () => [],
    dequantize: (x, levels, k) =>
      tidy(() => {
        const size = sizeOf(x.shape.slice(1))
        const noise = uniform(k, x.shape) as Tensor4D
        return { value: noisy(x, noise, levels), logProb: fill([x.shape[0]], size * Math.log(levels)) }
      }),
  }
}

/**
 * Learned noise: u is drawn from a flow over [0, 1] that sees the image (scaled to [−1, 1]) as its context; it is trained
 * together with the model of the images, whose bound on the likelihood it tightens.
 *
 * @param noise - A flow over events of the images' shape with domain (0, 1) and as many context features as the images
 * have channels.
 * @throws GenError `config` for a flow with another domain or context.
 * @see Flow++ (Ho et al., 2019) https://arxiv.org/abs/1902.00275
 * @example
 * const shape = [8, 8, 1]
 * const layer = (flip: boolean, k: Key) => affineCoupling(shape, { mask: 'checkerboard', flip, context: 1, key: k })
 * const noise = flow<Tensor4D>({ transforms: [logit(shape), layer(false, key(0)), layer(true, key(1))] })
 * const model = imageFlow({ flow: glow(shape, { key: key(2) }), dequantizer: variationalDequantizer(noise) })
 */
export function variationalDequantizer(noise: Flow<Tensor4D>): Dequantizer {
  const channels = noise.shape[noise.shape.length - 1] as number
  if (!isWithin(noise.domain, { min: 0, max: 1, closed: true }) || noise.context !== channels) {
    const { domain, context } = noise
    const expected = `a flow over (0, 1) with a context of ${channels}`
    const got = `(${domain.min}, ${domain.max}) and ${context}`
    const remedy = `begin it with logit(shape) and pass its layers context: ${channels}`
    throw refusal('config', 'flows.variationalDequantizer', { expected, got, remedy })
  }
  return {
    config: { kind: 'variational', noise: noise.config },
    variables: () => noise.variables(),
    dequantize: (x, levels, k) =>
      tidy(() => {
        const size = sizeOf(x.shape.slice(1))
        const context = sub(mul(x, 2), 1)
        const { value, logProb } = noise.sampleWithLogProb(x.shape[0], k, { context })
        return { value: noisy(x, value, levels), logProb: add(logProb, size * Math.log(levels)) }
      }),
  }
}

function noisy(x: Tensor4D, noise: Tensor4D, levels: number): Tensor4D {
  return div(add(round(mul(x, levels - 1)), noise), levels)
}
