/** Normalizing flows. @module */
import { assertInteger, assertNumber, assertShape, fold, GenError, type Key } from '@gen/backend'
import type { Distribution } from '@gen/model'
import { add, mul, reshape, sub, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { Bijector } from './bijectors/bijector.ts'
import { chain } from './bijectors/chain.ts'
import { flattenEvents, sizeOf } from './bijectors/shape.ts'
import { disposeAll } from './dispose.ts'
import type { Flow, FlowConfig, FlowDrawOptions, FlowSampleOptions } from './flow-model.ts'
import { conditionOf, drawnLabels } from './labels.ts'
import { flowPlayer } from './player.ts'
import { sampleInBatches } from './sample.ts'
import { standardNormal } from './standard-normal.ts'

/** Options of {@link flow}. */
export interface FlowOptions {
  /** From data to the base, in this order. */
  transforms: Bijector | readonly Bijector[]
  /** What is transformed: any prior of `@gen/priors`, or another flow. @default the standard normal distribution */
  base?: Distribution
  /** Makes it conditional on so many classes: its layers have as many features of context. @default 0 */
  classes?: number
}

/**
 * Creates a normalizing flow: `log p(x) = log p_base(f(x)) + log|det ∂f/∂x|`, f being the transforms one after the other.
 *
 * `fit(flow, …)` trains it by maximum likelihood on `batch.x`, and on `batch.labels` where it has classes. A context of one
 * row serves the whole batch.
 *
 * @throws GenError `config` for transforms that do not fit each other, the base or the classes.
 * @see Variational Inference with Normalizing Flows (Rezende & Mohamed, 2015) https://arxiv.org/abs/1505.05770
 * @example
 * const model = flow({ transforms: [splineCoupling(2, { key: key(0) }), splineCoupling(2, { flip: true, key: key(1) })] })
 * const points = await model.sample({ count: 100, key: key(2) })
 * const density = model.logProb(points)
 */
export function flow<T extends Tensor = Tensor2D>({ transforms, base: given, classes = 0 }: FlowOptions): Flow<T> {
  const list = 'forward' in transforms ? [transforms] : [...transforms]
  const layers = chain(list)
  const size = sizeOf(layers.shape)
  const base = given ?? standardNormal(size)
  assertBase(base, size)
  assertClasses(classes, layers.context)
  const core = density<T>({ layers, base, size, classes })
  const variables = () => [...(base.variables?.() ?? []), ...layers.variables()]
  const config: FlowConfig = {
    kind: 'flow',
    classes,
    base: base.config ?? { kind: 'custom' },
    transforms: list.map((transform) => transform.config),
  }
  const { shape, context, domain } = layers
  return {
    ...core,
    players: [flowPlayer({ config, shape, domain, classes, context, variables, logProb: core.logProb })],
    config,
    shape,
    size,
    latentSize: size,
    classes,
    context,
    domain,
    variables,
    encode: (x, options) => tidy(() => core.forward(x, options).value),
    decode: (z, options) => tidy(() => core.inverse(z, options).value),
    initialize: (x, options = {}) =>
      tidy(() => layers.initialize(x, conditionOf(where, options, { rows: x.shape[0], classes, context }).given)),
    dispose: () => disposeAll(variables()),
  }
}

const where = 'flows.flow'

/** Where a sample's estimates draw, away from what bases make of the key. */
const estimates = 2 ** 20

type Density<T extends Tensor> = Pick<Flow<T>, 'forward' | 'inverse' | 'logProb' | 'sample' | 'sampleWithLogProb'>

interface Parts {
  readonly layers: Bijector
  readonly base: Distribution
  readonly size: number
  readonly classes: number
}

function density<T extends Tensor>({ layers, base, size, classes }: Parts): Density<T> {
  const forward: Flow<T>['forward'] = (x, options = {}) =>
    tidy(() => {
      const { given, known } = conditionOf(where, options, { rows: x.shape[0], classes, context: layers.context })
      const { value, logDet } = layers.forward(x, given)
      return { value: known(flattenEvents(value)), logDet: known(logDet) }
    })
  const inverse: Flow<T>['inverse'] = (z, options = {}) => {
    assertShape('flows.flow.inverse', 'z', z, [null, size])
    return tidy(() => {
      const { given, known } = conditionOf(where, options, { rows: z.shape[0], classes, context: layers.context })
      const { value, logDet } = layers.inverse(reshape(z, [z.shape[0], ...layers.outputShape]), given)
      return { value: known(value) as T, logDet: known(logDet) }
    })
  }
  const draw: Flow<T>['sampleWithLogProb'] = (count, k, { temperature = 1, ...given } = {}) => {
    assertInteger('flows.flow.sample', 'count', count, { min: 1 })
    assertNumber('flows.flow.sample', 'temperature', temperature, { exclusiveMin: 0 })
    return tidy(() => {
      const z = base.sample(count, k)
      const isDrawn = classes > 0 && given.labels === undefined && !given.context
      const condition = isDrawn ? { ...given, labels: drawnLabels(k, { rows: count, classes }) } : given
      const { value, logDet } = inverse(temperature === 1 ? z : mul(z, temperature), condition)
      return { value, logProb: sub(sub(base.logProb(z), size * Math.log(temperature)), logDet) }
    })
  }
  function sample(count: number, k: Key, options?: FlowDrawOptions): T
  function sample(options: FlowSampleOptions): Promise<T>
  function sample(first: number | FlowSampleOptions, k?: Key, options?: FlowDrawOptions): T | Promise<T> {
    if (typeof first !== 'number') return sampleInBatches({ base, size, classes, inverse }, first)
    // Nobody sees the density here: where it can be estimated, the estimate is cheaper.
    return tidy(() => draw(first, k!, { key: fold(k!, estimates), ...options }).value)
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
    sample,
  }
}

function assertBase(base: Distribution, size: number): void {
  if (base.size === size) return
  const expected = `a base of size ${size}, as the events`
  throw new GenError('config', `flows.flow: expected ${expected}, got ${base.size}; make the base of that size`)
}

function assertClasses(classes: number, context: number): void {
  assertInteger(where, 'classes', classes, { min: 0 })
  if (classes === 0 || classes === context) return
  const expected = `layers with a context of ${classes}, one feature for each class`
  throw new GenError('config', `${where}: expected ${expected}, got ${context}; make them with context: ${classes}`)
}
