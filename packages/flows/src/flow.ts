/** Normalizing flows. @module */
import { assertInteger, assertNumber, assertShape, fold, GenError, type JsonObject, type Key } from '@gen/backend'
import type { Trainable } from '@gen/train'
import {
  add,
  mul,
  reshape,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  tile,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { Bijector, Given } from './bijectors/bijector.ts'
import { chain } from './bijectors/chain.ts'
import type { Interval } from './bijectors/interval.ts'
import { flattenEvents, sizeOf } from './bijectors/shape.ts'
import { forwardKl } from './objectives/forward-kl.ts'
import { standardNormal } from './standard-normal.ts'

/** The distribution that a flow transforms; any prior of `@gen/priors`, or another flow, is one. */
export interface Base {
  readonly size: number
  sample(count: number, k: Key): Tensor2D
  logProb(z: Tensor2D): Tensor1D
  /** Where it has any. */
  variables?(): Variable[]
  /** Kept in the flow's config. @default { kind: 'custom' } */
  readonly config?: JsonObject
}

/** A batch that a flow learns from. */
export interface FlowBatch {
  /** `[batch, ...shape]` */
  readonly x: Tensor
}

/** A flow's architecture as plain JSON. */
export interface FlowConfig extends JsonObject {
  readonly kind: 'flow'
  readonly base: JsonObject
  readonly transforms: readonly JsonObject[]
}

/** Options of sampling. */
export interface FlowSampleOptions extends Given {
  /** The base's samples are multiplied by it: below 1, likelier and less various samples. @default 1 */
  temperature?: number
}

/** Options of {@link flow}. */
export interface FlowOptions {
  /** From data to the base, in this order. */
  transforms: Bijector | readonly Bijector[]
  /** @default the standard normal distribution */
  base?: Base
}

/** A distribution with exact density, made by transforming a base. It is a `Prior` and a decoder structurally. */
export interface Flow<T extends Tensor = Tensor2D> extends Trainable<FlowBatch> {
  readonly config: FlowConfig
  /** Shape of one event: `[d]` or `[h, w, c]`. */
  readonly shape: readonly number[]
  /** Numbers in one event. */
  readonly size: number
  /** Numbers in one latent vector: the same. */
  readonly latentSize: number
  /** Features of the context that it needs; 0: none. */
  readonly context: number
  /** Where every element of an event must lie. */
  readonly domain: Interval
  variables(): Variable[]
  /** Log-density in nats, `[batch]`. */
  logProb(x: T, given?: Given): Tensor1D
  /** Draws events, `[count, ...shape]`; event i depends only on (key, i). */
  sample(count: number, k: Key, options?: FlowSampleOptions): T
  /** Draws events together with the log-density of drawing them (at that temperature); differentiable. */
  sampleWithLogProb(count: number, k: Key, options?: FlowSampleOptions): { value: T; logProb: Tensor1D }
  /** Data to latent vectors `[batch, size]`. */
  forward(x: T, given?: Given): { value: Tensor2D; logDet: Tensor1D }
  /** Latent vectors `[batch, size]` to data. */
  inverse(z: Tensor2D, given?: Given): { value: T; logDet: Tensor1D }
  /** The value of `forward`. */
  encode(x: T, given?: Given): Tensor2D
  /** The value of `inverse`. */
  decode(z: Tensor2D, given?: Given): T
  /** Sets data-dependent parameters (actnorm) from a batch; call it once, before training. */
  initialize(x: T, given?: Given): void
  /** Frees the variables. */
  dispose(): void
}

/**
 * Creates a normalizing flow: `log p(x) = log p_base(f(x)) + log|det ∂f/∂x|`, f being the transforms one after the other.
 *
 * `fit(flow, …)` trains it by maximum likelihood on `batch.x`. A context of one row serves the whole batch.
 *
 * @throws GenError `config` for transforms that do not fit each other or the base.
 * @see Variational Inference with Normalizing Flows (Rezende & Mohamed, 2015) https://arxiv.org/abs/1505.05770
 * @example
 * const model = flow({ transforms: [splineCoupling(2, { key: key(0) }), splineCoupling(2, { flip: true, key: key(1) })] })
 * const points = model.sample(100, key(2))
 * const density = model.logProb(points)
 */
export function flow<T extends Tensor = Tensor2D>({ transforms, base: given }: FlowOptions): Flow<T> {
  const list = 'forward' in transforms ? [transforms] : [...transforms]
  const layers = chain(list)
  const size = sizeOf(layers.shape)
  const base = given ?? standardNormal(size)
  assertBase(base, size)
  const core = density<T>(layers, base, size)
  const variables = () => [...(base.variables?.() ?? []), ...layers.variables()]
  const config: FlowConfig = {
    kind: 'flow',
    base: base.config ?? { kind: 'custom' },
    transforms: list.map((transform) => transform.config),
  }
  return {
    ...core,
    ...forwardKl({ config, shape: layers.shape, variables, logProb: core.logProb }),
    config,
    shape: layers.shape,
    size,
    latentSize: size,
    context: layers.context,
    domain: layers.domain,
    variables,
    encode: (x, options) => tidy(() => core.forward(x, options).value),
    decode: (z, options) => tidy(() => core.inverse(z, options).value),
    initialize: (x, options = {}) => tidy(() => layers.initialize(x, spread(options, x.shape[0] as number))),
    dispose: () => {
      for (const variable of variables()) variable.dispose()
    },
  }
}

/** Where a sample's estimates draw, away from what bases make of the key. */
const estimates = 2 ** 20

type Density<T extends Tensor> = Pick<Flow<T>, 'forward' | 'inverse' | 'logProb' | 'sample' | 'sampleWithLogProb'>

function density<T extends Tensor>(layers: Bijector, base: Base, size: number): Density<T> {
  const forward: Flow<T>['forward'] = (x, given = {}) =>
    tidy(() => {
      const { value, logDet } = layers.forward(x, spread(given, x.shape[0] as number))
      return { value: flattenEvents(value), logDet }
    })
  const inverse: Flow<T>['inverse'] = (z, given = {}) => {
    assertShape('flows.flow.inverse', 'z', z, [null, size])
    return tidy(() => {
      const y = reshape(z, [z.shape[0], ...layers.outputShape])
      const { value, logDet } = layers.inverse(y, spread(given, z.shape[0]))
      return { value: value as T, logDet }
    })
  }
  const draw: Flow<T>['sampleWithLogProb'] = (count, k, { temperature = 1, ...given } = {}) => {
    assertInteger('flows.flow.sample', 'count', count, { min: 1 })
    assertNumber('flows.flow.sample', 'temperature', temperature, { exclusiveMin: 0 })
    return tidy(() => {
      const z = base.sample(count, k)
      const { value, logDet } = inverse(temperature === 1 ? z : mul(z, temperature), given)
      return { value, logProb: sub(sub(base.logProb(z), size * Math.log(temperature)), logDet) as Tensor1D }
    })
  }
  return {
    forward,
    inverse,
    logProb: (x, given) =>
      tidy(() => {
        const { value, logDet } = forward(x, given)
        return add(base.logProb(value), logDet)
      }),
    sampleWithLogProb: draw,
    // Nobody sees the density here: where it can be estimated, the estimate is cheaper.
    sample: (count, k, options) => tidy(() => draw(count, k, { key: fold(k, estimates), ...options }).value),
  }
}

/** Repeats a context of one row for every event. */
function spread(given: Given, batch: number): Given {
  const { context } = given
  if (context?.shape[0] !== 1 || batch === 1) return given
  return { ...given, context: tile(context, [batch, ...context.shape.slice(1).map(() => 1)]) }
}

function assertBase(base: Base, size: number): void {
  if (base.size === size) return
  const expected = `a base of size ${size}, as the events`
  throw new GenError('config', `flows.flow: expected ${expected}, got ${base.size}; make the base of that size`)
}
