/** Flows over images of a few levels, measured in bits per dimension. @module */
import { assertInteger, assertShape, fold, GenError, type JsonObject, type Key, split } from '@gen/backend'
import type { Trainable } from '@gen/train'
import {
  clipByValue,
  div,
  floor,
  logSumExp,
  mean,
  mul,
  neg,
  type Scalar,
  stack,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { Given } from '../bijectors/bijector.ts'
import { isWithin } from '../bijectors/interval.ts'
import type { Flow, FlowBatch, FlowSampleOptions } from '../flow.ts'
import { type Dequantizer, uniformDequantizer } from './dequantize.ts'

/** Options of {@link imageFlow}. */
export interface ImageFlowOptions {
  /** A flow over images in [0, 1]. */
  flow: Flow<Tensor4D>
  /** Levels of a pixel. @default 256 */
  levels?: number
  /** @default uniformDequantizer() */
  dequantizer?: Dequantizer
  /** What the flow is conditional on. @default nothing */
  context?: (batch: FlowBatch) => Tensor
}

/** Options of bounds on the likelihood of images. */
export interface BoundOptions extends Given {
  /** Draws of the noise per image; more make the bound tighter (importance weighting). @default 1 */
  samples?: number
}

/** A distribution over images of whole levels. */
export interface ImageFlow extends Trainable<FlowBatch> {
  readonly config: JsonObject
  readonly shape: readonly number[]
  variables(): Variable[]
  /** A lower bound, in expectation, on the log-probability of each image, in nats: `[batch]`. */
  logProb(x: Tensor4D, k: Key, options?: BoundOptions): Tensor1D
  /** The same in bits per dimension, negated: `−log₂ P(x) / (h·w·c)`, `[batch]`. */
  bitsPerDim(x: Tensor4D, k: Key, options?: BoundOptions): Tensor1D
  /** Sets data-dependent parameters (actnorm) of the flow from a batch; call it once, before training. */
  initialize(x: Tensor4D, k: Key, given?: Given): void
  /** Images of whole levels in [0, 1], `[count, h, w, c]`. */
  sample(count: number, k: Key, options?: FlowSampleOptions): Tensor4D
}

/**
 * Creates a model of images with pixels in [0, 1] of whole levels (n/255) from a flow over [0, 1]:
 * `log P(x) ≥ E_q(v|x)[log p(v) − log q(v|x)]` with the dequantizer's q.
 *
 * @throws GenError `config` for a flow that does not take all of [0, 1].
 * @see A note on the evaluation of generative models (Theis et al., 2015) https://arxiv.org/abs/1511.01844
 * @example
 * const model = imageFlow({ flow: glow([28, 28, 1], { key: key(0) }) })
 * const bits = model.bitsPerDim(images, key(1))
 */
export function imageFlow({
  flow,
  levels = 256,
  dequantizer = uniformDequantizer(),
  context,
}: ImageFlowOptions): ImageFlow {
  assertInteger('flows.imageFlow', 'levels', levels, { min: 2 })
  if (!isWithin({ min: 0, max: 1, closed: true }, flow.domain)) {
    const got = `(${flow.domain.min}, ${flow.domain.max})`
    throw new GenError('config', `flows.imageFlow: expected a flow over [0, 1], got ${got}; use logit with alpha: 0.05`)
  }
  const { shape, size } = flow
  const config = { kind: 'imageFlow', levels, flow: flow.config, dequantizer: dequantizer.config }
  const variables = () => [...flow.variables(), ...dequantizer.variables()]

  const logProb = bound(flow, levels, dequantizer)
  const bits = (nats: Tensor): Tensor => div(neg(nats), size * Math.LN2)

  return {
    config,
    shape,
    variables,
    logProb,
    bitsPerDim: (x, k, options) => tidy(() => bits(logProb(x, k, options)) as Tensor1D),
    initialize: (x, k, given = {}) => {
      assertShape('flows.imageFlow.initialize', 'x', x, [null, ...shape])
      tidy(() => flow.initialize(dequantizer.dequantize(x, levels, k).value, given))
    },
    sample: (count, k, options) => tidy(() => wholeLevels(flow.sample(count, k, options), levels)),
    players: [
      {
        name: 'flow',
        variables,
        check: (batch) => assertShape('flows.imageFlow', 'batch.x', batch.x, [null, ...shape]),
        loss: (batch, k) => {
          const nats = mean(logProb(batch.x as Tensor4D, k, context ? { context: context(batch) } : {}))
          return { total: neg(nats) as Scalar, bitsPerDim: bits(nats) as Scalar }
        },
      },
    ],
  }
}

function bound(flow: Flow<Tensor4D>, levels: number, dequantizer: Dequantizer): ImageFlow['logProb'] {
  const where = 'flows.imageFlow.logProb'
  const once = (x: Tensor4D, k: Key, given: Given): Tensor1D => {
    const [forNoise, forEstimates] = split(k)
    const { value, logProb } = dequantizer.dequantize(x, levels, forNoise!)
    return sub(flow.logProb(value, { key: forEstimates!, ...given }), logProb)
  }
  return (x, k, { samples = 1, ...given } = {}) => {
    assertShape(where, 'x', x, [null, ...flow.shape])
    assertInteger(where, 'samples', samples, { min: 1 })
    return tidy(() => {
      if (samples === 1) return once(x, k, given)
      const draws = Array.from({ length: samples }, (_, i) => once(x, fold(k, i), given))
      return sub(logSumExp(stack(draws), 0), Math.log(samples)) as Tensor1D
    })
  }
}

/** v in [0, 1] to the level n/(levels − 1) with v in [n, n + 1)/levels. */
function wholeLevels(v: Tensor4D, levels: number): Tensor4D {
  const whole = floor(mul(clipByValue(v, 0, 1), levels))
  return div(clipByValue(whole, 0, levels - 1), levels - 1)
}
