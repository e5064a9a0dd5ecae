/** What configs hold, kind by kind. @module */
import { GenError, type Key, key } from '@gen/backend'
import * as v from 'valibot'
import { actnorm } from './bijectors/actnorm.ts'
import { affine } from './bijectors/affine.ts'
import { autoregressive } from './bijectors/autoregressive.ts'
import type { Bijector } from './bijectors/bijector.ts'
import { continuous } from './bijectors/continuous.ts'
import { coupling } from './bijectors/coupling.ts'
import { elementwise } from './bijectors/elementwise.ts'
import { householder } from './bijectors/householder.ts'
import { logit } from './bijectors/logit.ts'
import { luLinear } from './bijectors/lu-linear.ts'
import { permuteFeatures } from './bijectors/permute-features.ts'
import { planar } from './bijectors/planar.ts'
import { radial } from './bijectors/radial.ts'
import { softplus } from './bijectors/softplus.ts'
import { squeezeImage } from './bijectors/squeeze-image.ts'
import { tanh } from './bijectors/tanh.ts'
import { activationNames } from './networks/activation.ts'
import { convNetwork } from './networks/conv-network.ts'
import { denseNetwork } from './networks/dense-network.ts'
import type { ConditionerMaker } from './networks/network.ts'
import { additiveUnivariate } from './univariates/additive-univariate.ts'
import { affineUnivariate } from './univariates/affine-univariate.ts'
import { splineUnivariate } from './univariates/spline-univariate.ts'
import type { Univariate } from './univariates/univariate.ts'

/** Makes what a config, without its kind, describes. */
type Entry<T> = (options: unknown, k: Key) => T

/** Anything with a kind; what else it holds is the kind's. */
export const part: v.LooseObjectSchema<{ readonly kind: v.StringSchema<undefined> }, undefined> = v.looseObject({
  kind: v.string(),
})

/** Blocks, bins, steps: what costs time, if no memory. */
const few = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4096))
const size = v.pipe(v.number(), v.integer(), v.minValue(1))
/** What float32 holds. */
const finite = v.pipe(v.number(), v.minValue(-(2 ** 127)), v.maxValue(2 ** 127))
const numbers = v.union([finite, v.array(finite)])
const places = v.array(v.pipe(v.number(), v.integer()))
const shape = v.pipe(v.array(size), v.minLength(1))
const hidden = v.array(size)
const activation = v.picklist(activationNames)
const check = v.boolean()

const networks: Record<string, Entry<ConditionerMaker>> = {
  dense: entry({ hidden, activation }, denseNetwork),
  conv: entry({ width: size, blocks: few, groups: size }, convNetwork),
}
const univariates: Record<string, Entry<Univariate>> = {
  additive: entry({}, additiveUnivariate),
  affine: entry({ slope: finite }, affineUnivariate),
  spline: entry({ bins: few, bound: finite, slope: finite }, splineUnivariate),
}

const network = v.pipe(v.unknown(), v.transform(networkOf))
const univariate = v.pipe(
  v.unknown(),
  v.transform((config) => make('univariate function', univariates, config)),
)
const context = v.exactOptional(size)
/** Parameters that a network computes from the context, if there is one. */
const conditional = { shape, context, network: v.exactOptional(network) }
const mask = v.union([v.picklist(['half', 'checkerboard']), v.array(v.boolean())])
const graph = {
  order: v.exactOptional(places),
  passes: v.exactOptional(size),
  adjacency: v.exactOptional(v.array(places)),
}
const accuracy = { relativeTolerance: finite, absoluteTolerance: finite, steps: v.exactOptional(few) }

/** Bijectors that are made of no others. */
const bijectors: Record<string, Entry<Bijector>> = {
  actnorm: entry({ shape }, (o) => actnorm(o.shape)),
  affine: entry(
    { shape, scale: numbers, shift: numbers, domain: v.exactOptional(v.strictTuple([finite, finite])) },
    (o) => affine(o.shape, o),
  ),
  autoregressive: entry({ shape, univariate, hidden, activation, context, ...graph }, (o, key) => {
    const given = [o.order, o.passes, o.adjacency].map((value) => (value ? 'given' : 'none')).join()
    if (given === 'given,given,none' || given === 'none,none,given') return autoregressive(o.shape, { ...o, key })
    return fail('order and passes of an autoregressive layer, or its adjacency', given)
  }),
  continuous: entry({ shape, hidden, trace: v.picklist(['exact', 'hutchinson']), context, ...accuracy }, (o, key) =>
    continuous(o.shape, { ...o, key }),
  ),
  coupling: entry({ shape, univariate, mask, flip: v.boolean(), network, context }, (o, key) =>
    coupling(o.shape, { ...o, key }),
  ),
  elementwise: entry({ ...conditional, univariate }, (o, key) => elementwise(o.shape, { ...o, key })),
  householder: entry({ shape, reflections: few }, (o, key) => householder(o.shape, { ...o, key })),
  logit: entry({ shape, alpha: finite, check }, (o) => logit(o.shape, o)),
  luLinear: entry({ shape, order: places, signs: places }, (o) => luLinear(o.shape, o)),
  permuteFeatures: entry({ shape, order: places }, (o) => permuteFeatures(o.shape, o)),
  planar: entry(conditional, (o, key) => planar(o.shape, { ...o, key })),
  radial: entry(conditional, (o, key) => radial(o.shape, { ...o, key })),
  softplus: entry({ shape, check }, (o) => softplus(o.shape, o)),
  squeezeImage: entry({ shape }, (o) => squeezeImage(o.shape)),
  tanh: entry({ shape, check }, (o) => tanh(o.shape, o)),
}

/** Makes a network maker. */
export function networkOf(config: unknown): ConditionerMaker {
  return make('network', networks, config)
}

/** Makes a bijector that is made of no others. */
export function simpleBijector(config: unknown, k: Key): Bijector {
  return make('bijector', bijectors, config, k)
}

/**
 * Parses a config.
 *
 * @throws GenError `config`.
 */
export function parse<S extends v.GenericSchema>(noun: string, schema: S, config: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, config)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  return fail(noun, `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)
}

export function fail(expected: string, got: string): never {
  throw new GenError('config', `flows.flowFromConfig: expected ${expected}, got ${got}`)
}

function entry<T, F extends v.ObjectEntries>(
  fields: F,
  maker: (options: v.InferOutput<v.StrictObjectSchema<F, undefined>>, k: Key) => T,
): Entry<T> {
  const schema = v.strictObject(fields)
  return (options, k) => maker(parse('options of one that a flow gives', schema, options), k)
}

function make<T>(noun: string, entries: Record<string, Entry<T>>, config: unknown, k: Key = key(0)): T {
  const { kind, ...options } = parse(`a ${noun} with a kind`, part, config)
  if (Object.hasOwn(entries, kind)) return entries[kind]!(options, k)
  return fail(`a ${noun} of ${Object.keys(entries).join(', ')}`, kind)
}
