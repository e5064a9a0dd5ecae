/** Flows over images of a few levels, measured in bits per dimension. @module */
import { assertInteger, assertShape, fold, type JsonObject, type Key, refusal, split } from '@gen/backend'
import type { GenerativeModel } from '@gen/model'
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
  type Tensor2D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import { isWithin } from '../bijectors/interval.ts'
import { disposeAll } from '../dispose.ts'
import type { Flow, FlowBatch, FlowDrawOptions, FlowGiven, FlowSampleOptions, Sampling } from '../flow-model.ts'
import { checkBatch } from '../player.ts'
import { type Dequantizer, uniformDequantizer } from './dequantize.ts'

/** Options of {@link imageFlow}. */
export interface ImageFlowOptions {
  /** A flow over images in [0, 1]. */
  flow: Flow<Tensor4D>
  /** Levels of a pixel. @default 256 */
  levels?: number
  /** @default uniformDequantizer() */
  dequantizer?: Dequantizer
  /** What the flow is conditional on. @default the labels, of a flow with classes, else nothing */
  context?: (batch: FlowBatch) => Tensor
}

/** Options of bounds on the likelihood of images. */
export interface BoundOptions extends FlowGiven {
  /** Draws the noise, and the estimates. */
  key: Key
  /** Draws of the noise per image; more make the bound tighter (importance weighting). @default 1 */
  samples?: number
}

/** An image flow's pieces as plain JSON; `imageFlowFromConfig` makes it again. */
export interface ImageFlowConfig extends JsonObject {
  readonly kind: 'imageFlow'
  readonly levels: number
  readonly flow: JsonObject
  readonly dequantizer: JsonObject
}

/** A distribution over images of whole levels. */
export interface ImageFlow extends GenerativeModel<FlowBatch> {
  readonly config: ImageFlowConfig
  /** How many classes it is conditional on; 0: none. */
  readonly classes: number
  /** Numbers in one image, and in one code. */
  readonly latentSize: number
  /** A lower bound, in expectation, on the log-probability of each image, in nats: `[batch]`. */
  logProb(x: Tensor4D, options: BoundOptions): Tensor1D
  /** The same in bits per dimension, negated: `−log₂ P(x) / (h·w·c)`, `[batch]`. */
  bitsPerDim(x: Tensor4D, options: BoundOptions): Tensor1D
  /** Sets data-dependent parameters (actnorm) of the flow from a batch; call it once, before training. */
  initialize(x: Tensor4D, k: Key, given?: FlowGiven): void
  /** Images of whole levels in [0, 1], `[count, h, w, c]`. */
  readonly sample: Sampling<Tensor4D>
  /** The flow's codes of images, as they are, without noise. */
  encode(x: Tensor4D, given?: FlowGiven): Tensor2D
  /** The images of codes, in [0, 1] and not rounded to levels. */
  decode(z: Tensor2D, given?: FlowGiven): Tensor4D
}

/**
 * Creates a model of images with pixels in [0, 1] of whole levels (n/255) from a flow over [0, 1]:
 * `log P(x) ≥ E_q(v|x)[log p(v) − log q(v|x)]` with the dequantizer's q.
 *
 * @throws GenError `config` for a flow that does not take all of [0, 1].
 * @see A note on the evaluation of generative models (Theis et al., 2015) https://arxiv.org/abs/1511.01844
 * @example
 * const model = imageFlow({ flow: glow([28, 28, 1], { key: key(0) }) })
 * const bits = model.bitsPerDim(images, { key: key(1) })
 */
export function imageFlow({
  flow,
  levels = 256,
  dequantizer = uniformDequantizer(),
  context,
}: ImageFlowOptions): ImageFlow {
  assertInteger('flows.imageFlow', 'levels', levels, { min: 2 })
  if (!isWithin(pixels, flow.domain)) {
    const got = `(${flow.domain.min}, ${flow.domain.max})`
    throw refusal('config', 'flows.imageFlow', {
      expected: 'a flow over [0, 1]',
      got,
      remedy: 'use logit with alpha: 0.05',
    })
  }
  const { shape, size, classes } = flow
  const config: ImageFlowConfig = { kind: 'imageFlow', levels, flow: flow.config, dequantizer: dequantizer.config }
  const variables = () => [...flow.variables(), ...dequantizer.variables()]

  const logProb = bound(flow, levels, dequantizer)
  const bits = (nats: Tensor): Tensor => div(neg(nats), size * Math.LN2)

  return {
    config,
    shape,
    variables,
    logProb,
    bitsPerDim: (x, options) => tidy(() => bits(logProb(x, options)) as Tensor1D),
    classes,
    latentSize: size,
    encode: (x, given) => flow.encode(x, given),
    decode: (z, given) => tidy(() => clipByValue(flow.decode(z, given), 0, 1)),
    initialize: (x, k, given = {}) => {
      assertShape('flows.imageFlow.initialize', 'x', x, [null, ...shape])
      tidy(() => flow.initialize(dequantizer.dequantize(x, levels, k).value, given))
    },
    sample: sampling(flow, levels),
    dispose: () => disposeAll(variables()),
    players: [
      {
        name: 'flow',
        variables,
        check: (batch) => checkBatch({ shape, domain: pixels }, context ? 0 : classes, batch),
        loss: (batch, k) => {
          const given = context ? { context: context(batch) } : classes > 0 ? { labels: batch.labels } : {}
          const nats = mean(logProb(batch.x as Tensor4D, { key: k, ...given }))
          return { total: neg(nats) as Scalar, bitsPerDim: bits(nats) as Scalar }
        },
      },
    ],
  }
}

/** Where pixels lie. */
const pixels = { min: 0, max: 1, closed: true }

function sampling(flow: Flow<Tensor4D>, levels: number): Sampling<Tensor4D> {
  function sample(count: number, k: Key, options?: FlowDrawOptions): Tensor4D
  function sample(options: FlowSampleOptions): Promise<Tensor4D>
  function sample(first: number | FlowSampleOptions, k?: Key, options?: FlowDrawOptions): Tensor4D | Promise<Tensor4D> {
    if (typeof first === 'number') return tidy(() => wholeLevels(flow.sample(first, k!, options), levels))
    return flow.sample(first).then((v) => {
      const images = tidy(() => wholeLevels(v, levels))
      v.dispose()
      return images
    })
  }
  return sample
}

function bound(flow: Flow<Tensor4D>, levels: number, dequantizer: Dequantizer): ImageFlow['logProb'] {
  const where = 'flows.imageFlow.logProb'
  const once = (x: Tensor4D, k: Key, given: FlowGiven): Tensor1D => {
    const [forNoise, forEstimates] = split(k)
    const { value, logProb } = dequantizer.dequantize(x, levels, forNoise!)
    return sub(flow.logProb(value, { ...given, key: forEstimates! }), logProb)
  }
  return (x, { key: k, samples = 1, ...given }) => {
    assertShape(where, 'x', x, [null, ...flow.shape])
    assertInteger(where, 'samples', samples, { min: 1 })
    return tidy(() => {
      if (samples === 1) return once(x, k, given)
      const draws = Array.from({ length: samples }, (_, i) => once(x, fold(k, i), given))
      return sub(logSumExp(stack(draws), 0), Math.log(samples))
    })
  }
}

/** v in [0, 1] to the level n/(levels − 1) with v in [n, n + 1)/levels. */
function wholeLevels(v: Tensor4D, levels: number): Tensor4D {
  const whole = floor(mul(clipByValue(v, 0, 1), levels))
  return div(clipByValue(whole, 0, levels - 1), levels - 1)
}
