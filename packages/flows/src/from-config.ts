/** Flows from plain JSON. @module */
import {
  allOrNothing,
  assertKey,
  configFields,
  GenError,
  type Key,
  key,
  parseConfig,
  type Registry,
  refusal,
  registry,
  registryEntry,
  split,
} from '@gen/backend'
import type { Distribution } from '@gen/model'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { Bijector } from './bijectors/bijector.ts'
import { chain } from './bijectors/chain.ts'
import { conditional } from './bijectors/conditional.ts'
import { inverse } from './bijectors/inverse.ts'
import { multiscale } from './bijectors/multiscale.ts'
import { sameShape } from './bijectors/shape.ts'
import { splitFeatures } from './bijectors/split-features.ts'
import { type Given, network, simpleBijectors, where } from './config-entries.ts'
import { flow } from './flow.ts'
import type { Flow } from './flow-model.ts'
import { type Dequantizer, uniformDequantizer, variationalDequantizer } from './images/dequantize.ts'
import { type ImageFlow, imageFlow } from './images/image-flow.ts'

/** Options of {@link flowFromConfig}. */
export interface FlowFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The base, where it was not the standard normal. */
  base?: Distribution
}

const { count, size } = configFields
const standard = v.strictObject({ kind: v.literal('standardNormal') })
const whole = v.strictObject({
  kind: v.literal('flow'),
  classes: count,
  base: v.looseObject({ kind: v.string() }),
  transforms: v.array(v.unknown()),
})
const images = v.strictObject({
  kind: v.literal('imageFlow'),
  levels: v.number(),
  flow: v.unknown(),
  dequantizer: v.variant('kind', [
    v.strictObject({ kind: v.literal('uniform') }),
    v.strictObject({ kind: v.literal('variational'), noise: v.unknown() }),
  ]),
})
const shape = v.array(size)
const parts = v.array(v.unknown())

const readers: Registry<Bijector, Given> = registry(where, 'a bijector', {
  ...simpleBijectors,
  chain: registryEntry({ shape, transforms: parts }, ({ transforms }, given) => chain(buildAll(transforms, given))),
  multiscale: registryEntry({ shape, levels: parts }, ({ levels }, given) => multiscale(buildAll(levels, given))),
  inverse: registryEntry({ shape, transform: v.unknown() }, ({ transform }, given) => inverse(build(transform, given))),
  splitFeatures: registryEntry({ shape, first: v.unknown(), second: v.unknown() }, (o, given) => {
    const [first, second] = split(given.key) as [Key, Key]
    return splitFeatures(build(o.first, { ...given, key: first }), build(o.second, { ...given, key: second }))
  }),
  conditional: registryEntry({ shape, context: size, network, transform: v.unknown() }, (o, given) => {
    const [first, second] = split(given.key) as [Key, Key]
    return conditional(build(o.transform, { ...given, key: first }), {
      network: o.network,
      context: o.context,
      key: second,
    })
  }),
})

/** Bijectors within bijectors, at most. */
const deepest = 100

/**
 * Builds a flow from its `config`: the same architecture, with weights still to be written into it.
 *
 * @throws GenError `config` for what no flow of this package gives as its config, or numbers that make no flow, or one too
 * large. Nothing is left behind.
 * @example
 * const copy = flowFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function flowFromConfig<T extends Tensor = Tensor2D>(
  config: unknown,
  { key: k = key(0), base }: FlowFromConfigOptions = {},
): Flow<T> {
  assertKey('flows.flowFromConfig', 'key', k)
  return made(() => {
    const { base: baseConfig, transforms, classes } = parseConfig(where, 'a flow’s config', whole, config)
    if (baseConfig.kind !== 'standardNormal' && !base)
      throw refusal('config', where, {
        expected: `a base for ${baseConfig.kind}`,
        got: 'none',
        remedy: 'pass { base }',
      })
    if (!base) parseConfig(where, 'a standard normal base', standard, baseConfig)
    return flow<T>({ transforms: buildAll(transforms, { key: k, depth: 0 }), classes, ...(base && { base }) })
  })
}

/**
 * Builds a flow over images from its `config`, which may have a dequantizer of `@gen/flows`.
 *
 * @throws GenError as {@link flowFromConfig}.
 * @example
 * const copy = imageFlowFromConfig(imageFlow({ flow: glow([8, 8, 1], { key: key(0) }) }).config)
 */
export function imageFlowFromConfig(config: unknown, { key: k = key(0), base }: FlowFromConfigOptions = {}): ImageFlow {
  assertKey('flows.imageFlowFromConfig', 'key', k)
  return made(() => {
    const { levels, flow: inner, dequantizer } = parseConfig(where, 'an image flow’s config', images, config)
    const [forFlow, forNoise] = split(k) as [Key, Key]
    return imageFlow({
      levels,
      flow: flowFromConfig<Tensor4D>(inner, { key: forFlow, ...(base && { base }) }),
      dequantizer: dequantizerOf(dequantizer, forNoise),
    })
  })
}

function dequantizerOf(config: v.InferOutput<typeof images>['dequantizer'], k: Key): Dequantizer {
  if (config.kind === 'uniform') return uniformDequantizer()
  return variationalDequantizer(flowFromConfig<Tensor4D>(config.noise, { key: k }))
}

/**
 * Builds a bijector from its `config`.
 *
 * @throws GenError as {@link flowFromConfig}.
 * @example
 * const copy = bijectorFromConfig(layer.config)
 */
export function bijectorFromConfig(config: unknown, k: Key = key(0)): Bijector {
  assertKey('flows.bijectorFromConfig', 'k', k)
  return made(() => build(config, { key: k, depth: 0 }))
}

/** Whatever a config is refused for, it is the config that is refused. */
function made<T>(make: () => T): T {
  try {
    return allOrNothing(make)
  } catch (error) {
    if (!GenError.is(error) || error.code === 'config') throw error
    throw new GenError('config', error.message, { details: error.details, cause: error })
  }
}

/** The bijector of a config within another one, or within none. */
function build(config: unknown, { key, depth }: Given): Bijector {
  if (depth > deepest)
    throw refusal('config', where, { expected: `bijectors at most ${deepest} deep in each other`, got: 'more' })
  const bijector = readers(config, { key, depth: depth + 1 })
  const { shape: wanted } = parseConfig(where, 'a bijector with its shape', v.looseObject({ shape }), config)
  if (sameShape(wanted, bijector.shape)) return bijector
  const expected = `the shape [${bijector.shape.join(', ')}] of a ${bijector.config.kind}'s parts`
  throw refusal('config', where, { expected, got: `[${wanted.join(', ')}]` })
}

function buildAll(configs: readonly unknown[], given: Given): Bijector[] {
  const keys = split(given.key, configs.length)
  return configs.map((config, i) => build(config, { ...given, key: keys[i]! }))
}
