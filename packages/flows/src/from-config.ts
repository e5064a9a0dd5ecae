/** Flows from plain JSON. @module */
import { allOrNothing, assertKey, GenError, type Key, key, split } from '@gen/backend'
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
import { fail, networkOf, parse, part, simpleBijector } from './config-entries.ts'
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

const size = v.pipe(v.number(), v.integer(), v.minValue(1))
const standard = v.strictObject({ kind: v.literal('standardNormal') })
const whole = v.strictObject({
  kind: v.literal('flow'),
  classes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  base: part,
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
const compositions = {
  chain: v.strictObject({ kind: v.string(), shape, transforms: v.array(v.unknown()) }),
  multiscale: v.strictObject({ kind: v.string(), shape, levels: v.array(v.unknown()) }),
  inverse: v.strictObject({ kind: v.string(), shape, transform: v.unknown() }),
  splitFeatures: v.strictObject({ kind: v.string(), shape, first: v.unknown(), second: v.unknown() }),
  conditional: v.strictObject({ kind: v.string(), shape, context: size, network: v.unknown(), transform: v.unknown() }),
}

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
    const { base: baseConfig, transforms, classes } = parse('a flow’s config', whole, config)
    if (baseConfig.kind !== 'standardNormal' && !base) fail(`a base for ${baseConfig.kind}`, 'none; pass { base }')
    if (!base) parse('a standard normal base', standard, baseConfig)
    return flow<T>({ transforms: buildAll(transforms, k, 0), classes, ...(base && { base }) })
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
    const { levels, flow: inner, dequantizer } = parse('an image flow’s config', images, config)
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
  return made(() => build(config, k, 0))
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

function build(config: unknown, k: Key, depth: number): Bijector {
  const bijector = bijectorOf(config, k, depth)
  const { shape: wanted } = parse('a bijector with its shape', v.looseObject({ shape }), config)
  if (sameShape(wanted, bijector.shape)) return bijector
  return fail(`the shape [${bijector.shape.join(', ')}] of a ${bijector.config.kind}'s parts`, `[${wanted.join(', ')}]`)
}

function bijectorOf(config: unknown, k: Key, depth: number): Bijector {
  if (depth > deepest) fail(`bijectors at most ${deepest} deep in each other`, 'more')
  const [first, second] = split(k) as [Key, Key]
  const deeper = (inner: unknown, own: Key) => build(inner, own, depth + 1)
  switch (parse('a bijector with a kind', part, config).kind) {
    case 'chain':
      return chain(buildAll(parse('a chain', compositions.chain, config).transforms, k, depth + 1))
    case 'multiscale':
      return multiscale(buildAll(parse('a multiscale flow', compositions.multiscale, config).levels, k, depth + 1))
    case 'inverse':
      return inverse(deeper(parse('an inverse', compositions.inverse, config).transform, k))
    case 'splitFeatures': {
      const parts = parse('two parts', compositions.splitFeatures, config)
      return splitFeatures(deeper(parts.first, first), deeper(parts.second, second))
    }
    case 'conditional': {
      const { transform, network, context } = parse('a conditional bijector', compositions.conditional, config)
      return conditional(deeper(transform, first), { network: networkOf(network), context, key: second })
    }
    default:
      return simpleBijector(config, k)
  }
}

function buildAll(configs: readonly unknown[], k: Key, depth: number): Bijector[] {
  const keys = split(k, configs.length)
  return configs.map((config, i) => build(config, keys[i]!, depth))
}
