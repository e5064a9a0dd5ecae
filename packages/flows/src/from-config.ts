/** Flows from plain JSON. @module */
import { GenError, type Key, key, split } from '@gen/backend'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { actnorm } from './actnorm.ts'
import { additiveUnivariate } from './additive-univariate.ts'
import { affine } from './affine.ts'
import { affineUnivariate } from './affine-univariate.ts'
import { autoregressive } from './autoregressive.ts'
import type { Bijector } from './bijector.ts'
import { chain } from './chain.ts'
import { conditional } from './conditional.ts'
import { continuous } from './continuous.ts'
import { convNetwork } from './conv-network.ts'
import { coupling } from './coupling.ts'
import { denseNetwork } from './dense-network.ts'
import { elementwise } from './elementwise.ts'
import { type Base, type Flow, flow } from './flow.ts'
import { householder } from './householder.ts'
import { inverse } from './inverse.ts'
import { logit } from './logit.ts'
import { luLinear } from './lu-linear.ts'
import { multiscale } from './multiscale.ts'
import type { NetworkMaker } from './network.ts'
import { permuteFeatures } from './permute-features.ts'
import { planar } from './planar.ts'
import { radial } from './radial.ts'
import { softplus } from './softplus.ts'
import { splineUnivariate } from './spline-univariate.ts'
import { splitFeatures } from './split-features.ts'
import { squeezeImage } from './squeeze-image.ts'
import { tanh } from './tanh.ts'
import type { Univariate } from './univariate.ts'

/** Options of {@link flowFromConfig}. */
export interface FlowFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The base, where it was not the standard normal. */
  base?: Base
}

const part = v.looseObject({ kind: v.string() })
type Part = v.InferOutput<typeof part>
const whole = v.looseObject({ kind: v.literal('flow'), base: part, transforms: v.array(part) })

const univariates: Record<string, (options: never) => Univariate> = {
  affine: affineUnivariate,
  additive: additiveUnivariate,
  spline: splineUnivariate,
}

const networks: Record<string, (options: never) => NetworkMaker> = { dense: denseNetwork, conv: convNetwork }

/** What needs a shape and options only; the makers check them. */
const simple: Record<string, (shape: never, options: never) => Bijector> = {
  actnorm,
  affine,
  autoregressive,
  continuous,
  coupling,
  elementwise,
  householder,
  logit,
  luLinear,
  permuteFeatures,
  planar,
  radial,
  softplus,
  squeezeImage,
  tanh,
}

/**
 * Builds a flow from its `config`: the same architecture, with weights still to be written into it.
 *
 * @throws GenError `config` for what no flow of this package gives as its config.
 * @example
 * const copy = flowFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function flowFromConfig<T extends Tensor = Tensor2D>(
  config: unknown,
  { key: k = key(0), base }: FlowFromConfigOptions = {},
): Flow<T> {
  const parsed = v.safeParse(whole, config)
  if (!parsed.success) fail('a flow’s config', parsed.issues[0].message)
  const { base: baseConfig, transforms } = parsed.output
  if (baseConfig.kind !== 'standardNormal' && !base) fail(`a base for ${baseConfig.kind}`, 'none; pass { base }')
  const keys = split(k, transforms.length)
  const made = transforms.map((transform, i) => build(transform, keys[i]!))
  return flow<T>({ transforms: made, ...(base && { base }) })
}

/**
 * Builds a bijector from its `config`.
 *
 * @throws GenError `config` for what no bijector of this package gives as its config.
 * @example
 * const copy = bijectorFromConfig(layer.config)
 */
export function bijectorFromConfig(config: unknown, k: Key = key(0)): Bijector {
  return build(parse(config), k)
}

function build(config: Part, k: Key): Bijector {
  const [first, second] = split(k)
  switch (config.kind) {
    case 'chain':
      return chain(buildAll(config.transforms, k))
    case 'multiscale':
      return multiscale(buildAll(config.levels, k))
    case 'inverse':
      return inverse(build(parse(config.transform), k))
    case 'splitFeatures':
      return splitFeatures(build(parse(config.first), first!), build(parse(config.second), second!))
    case 'conditional': {
      const { transform, context, network } = config
      const options = { context: context as number, network: networkOf(network), key: second! }
      return conditional(build(parse(transform), first!), options)
    }
    default:
      return buildSimple(config, k)
  }
}

function buildAll(configs: unknown, k: Key): Bijector[] {
  if (!Array.isArray(configs)) fail('a list of transforms', typeof configs)
  const keys = split(k, configs.length)
  return configs.map((config: unknown, i) => build(parse(config), keys[i]!))
}

function buildSimple({ kind, shape, univariate, network, ...rest }: Part, k: Key): Bijector {
  const options = {
    ...rest,
    ...(univariate !== undefined && { univariate: univariateOf(univariate) }),
    ...(network !== undefined && { network: networkOf(network) }),
    ...(kind !== 'permuteFeatures' && { key: k }),
  }
  return lookUp(simple, kind, 'bijector')(shape as never, options as never)
}

function univariateOf(config: unknown): Univariate {
  const { kind, ...options } = parse(config)
  return lookUp(univariates, kind, 'univariate function')(options as never)
}

function networkOf(config: unknown): NetworkMaker {
  const { kind, ...options } = parse(config)
  return lookUp(networks, kind, 'network')(options as never)
}

function lookUp<M>(makers: Record<string, M>, kind: string, noun: string): M {
  if (Object.hasOwn(makers, kind)) return makers[kind]!
  return fail(`a ${noun} of ${Object.keys(makers).join(', ')}`, kind)
}

function parse(config: unknown): Part {
  const parsed = v.safeParse(part, config)
  return parsed.success ? parsed.output : fail('an object with a kind', parsed.issues[0].message)
}

function fail(expected: string, got: string): never {
  throw new GenError('config', `flows.flowFromConfig: expected ${expected}, got ${got}`)
}
