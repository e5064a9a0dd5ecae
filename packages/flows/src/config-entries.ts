/** What configs hold, kind by kind. @module */
import {
  configFields,
  type Key,
  type Registry,
  type RegistryEntry,
  refusal,
  registry,
  registryEntry,
} from '@gen/backend'
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

/** What a bijector's config does not hold. */
export interface Given {
  readonly key: Key
  /** How many bijectors it lies in. */
  readonly depth: number
}

/** Whom the errors name. */
export const where = 'flows.flowFromConfig'

const { count, finite, size } = configFields
/** Blocks, bins, steps: what costs time, if no memory. */
const few = v.pipe(count, v.maxValue(4096))
const numbers = v.union([finite, v.array(finite)])
const places = v.array(v.pipe(v.number(), v.integer()))
const shape = v.pipe(v.array(size), v.minLength(1))
const hidden = v.array(size)
const activation = v.picklist(activationNames)
const check = v.boolean()

/** The network maker whose `config` is given; throws a GenError `config` for what no network of this package gives. */
export const networkFromConfig: Registry<ConditionerMaker> = registry(where, 'a network', {
  dense: registryEntry({ hidden, activation }, denseNetwork),
  conv: registryEntry({ width: size, blocks: few, groups: size }, convNetwork),
})
const univariateFromConfig: Registry<Univariate> = registry(where, 'a univariate function', {
  additive: registryEntry({}, additiveUnivariate),
  affine: registryEntry({ slope: finite }, affineUnivariate),
  spline: registryEntry({ bins: few, bound: finite, slope: finite }, splineUnivariate),
})

/** The network of a config, within the config of what it is of. */
export const network: v.GenericSchema<unknown, ConditionerMaker> = v.pipe(
  v.unknown(),
  v.transform((config) => networkFromConfig(config)),
)
const univariate = v.pipe(
  v.unknown(),
  v.transform((config) => univariateFromConfig(config)),
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
export const simpleBijectors: Record<string, RegistryEntry<Bijector, Given>> = {
  actnorm: registryEntry({ shape }, (o) => actnorm(o.shape)),
  affine: registryEntry(
    { shape, scale: numbers, shift: numbers, domain: v.exactOptional(v.strictTuple([finite, finite])) },
    (o) => affine(o.shape, o),
  ),
  autoregressive: registryEntry({ shape, univariate, hidden, activation, context, ...graph }, (o, { key }) => {
    const given = [o.order, o.passes, o.adjacency].map((value) => (value ? 'given' : 'none')).join()
    if (given === 'given,given,none' || given === 'none,none,given') return autoregressive(o.shape, { ...o, key })
    const expected = 'order and passes of an autoregressive layer, or its adjacency'
    throw refusal('config', where, { expected, got: given })
  }),
  continuous: registryEntry(
    { shape, hidden, trace: v.picklist(['exact', 'hutchinson']), context, ...accuracy },
    (o, { key }) => continuous(o.shape, { ...o, key }),
  ),
  coupling: registryEntry({ shape, univariate, mask, flip: v.boolean(), network, context }, (o, { key }) =>
    coupling(o.shape, { ...o, key }),
  ),
  elementwise: registryEntry({ ...conditional, univariate }, (o, { key }) => elementwise(o.shape, { ...o, key })),
  householder: registryEntry({ shape, reflections: few }, (o, { key }) => householder(o.shape, { ...o, key })),
  logit: registryEntry({ shape, alpha: finite, check }, (o) => logit(o.shape, o)),
  luLinear: registryEntry({ shape, order: places, signs: places }, (o) => luLinear(o.shape, o)),
  permuteFeatures: registryEntry({ shape, order: places }, (o) => permuteFeatures(o.shape, o)),
  planar: registryEntry(conditional, (o, { key }) => planar(o.shape, { ...o, key })),
  radial: registryEntry(conditional, (o, { key }) => radial(o.shape, { ...o, key })),
  softplus: registryEntry({ shape, check }, (o) => softplus(o.shape, o)),
  squeezeImage: registryEntry({ shape }, (o) => squeezeImage(o.shape)),
  tanh: registryEntry({ shape, check }, (o) => tanh(o.shape, o)),
}
