/** All bijectors and presets, for the laws. @module */
import { fold, type Key, key, normal, normalArray, uniform } from '@gen/backend'
import { add, div, exp, mul, type Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import type { Bijector } from '../bijectors/bijector.ts'
import type { Interval } from '../bijectors/interval.ts'
import { sizeOf } from '../bijectors/shape.ts'
import {
  actnorm,
  additiveCoupling,
  additiveUnivariate,
  affine,
  affineAutoregressive,
  affineCoupling,
  affineUnivariate,
  autoregressive,
  chain,
  conditional,
  continuous,
  conv1x1,
  convNetwork,
  denseNetwork,
  elementwise,
  householder,
  inverse,
  logit,
  luLinear,
  multiscale,
  permuteFeatures,
  planar,
  radial,
  sigmoid,
  softplus,
  splineAutoregressive,
  splineCoupling,
  splineUnivariate,
  splitFeatures,
  squeezeImage,
  tanh,
} from '../index.ts'

/** A bijector to be tried on shapes. */
export interface Case {
  name: string
  /** What it takes: `[d]` with d ≥ 2, `[h, w, c]` with even sizes, or both. */
  events: 'vectors' | 'images' | 'both'
  /** `context` is one of `contexts`. */
  make(shape: number[], k: Key, context: number): Bijector
  /** Sizes of the context to try. @default [0] */
  contexts?: number[]
}

const small = { hidden: [12, 12], activation: 'tanh' } as const
const network = (shape: number[]) => (shape.length === 3 ? convNetwork({ width: 8, blocks: 1 }) : denseNetwork(small))
const spline = { bins: 5, bound: 3 }
const coupled = (shape: number[], k: Key, context: number) => ({ key: k, network: network(shape), context })
const masked = (k: Key, context: number) => ({ ...small, key: k, context })
const dense = denseNetwork(small)

/** Every bijector. */
export const cases: Case[] = [
  ...(['half', 'checkerboard'] as const).flatMap((mask): Case[] =>
    [affineCoupling, additiveCoupling, splineCoupling].map((make) => ({
      name: `${make.name} ${mask}`,
      events: 'both',
      contexts: [0, 2],
      make: (shape, k, context) =>
        make(shape, { ...coupled(shape, k, context), ...spline, mask, flip: k.lo % 2 === 0 }),
    })),
  ),
  {
    name: 'affineCoupling with a mask',
    events: 'vectors',
    make: (shape, k) => affineCoupling(shape, { key: k, network: dense, mask: maskOf(shape[0]!) }),
  },
  {
    name: 'affineAutoregressive',
    events: 'both',
    contexts: [0, 2],
    make: (shape, k, context) => affineAutoregressive(shape, masked(k, context)),
  },
  {
    name: 'affineAutoregressive too narrow for all its dependencies',
    events: 'vectors',
    contexts: [0, 2],
    make: (shape, k, context) => affineAutoregressive(shape, { ...masked(k, context), hidden: [2] }),
  },
  {
    name: 'splineAutoregressive descending',
    events: 'vectors',
    contexts: [0, 2],
    make: (shape, k, context) => splineAutoregressive(shape, { ...masked(k, context), ...spline, order: 'descending' }),
  },
  {
    name: 'additive autoregressive in two passes',
    events: 'vectors',
    make: (shape, k) =>
      autoregressive(shape, { ...masked(k, 0), univariate: additiveUnivariate(), passes: Math.min(2, shape[0]!) }),
  },
  {
    name: 'IAF layer',
    events: 'vectors',
    contexts: [0, 2],
    make: (shape, k, context) => inverse(affineAutoregressive(shape, masked(k, context))),
  },
  {
    name: 'planar',
    events: 'both',
    contexts: [0, 2],
    make: (shape, k, context) => planar(shape, { key: k, context, network: dense }),
  },
  {
    name: 'radial',
    events: 'both',
    contexts: [0, 2],
    make: (shape, k, context) => radial(shape, { key: k, context, network: dense }),
  },
  {
    name: 'elementwise affine',
    events: 'both',
    contexts: [0, 2],
    make: (shape, k, context) =>
      elementwise(shape, { univariate: affineUnivariate(), key: k, context, network: dense }),
  },
  {
    name: 'elementwise spline',
    events: 'both',
    contexts: [0, 2],
    make: (shape, k, context) =>
      elementwise(shape, { univariate: splineUnivariate(spline), key: k, context, network: dense }),
  },
  { name: 'actnorm', events: 'both', make: (shape) => actnorm(shape) },
  { name: 'permuteFeatures', events: 'both', make: (shape, k) => permuteFeatures(shape, { key: k }) },
  { name: 'luLinear', events: 'both', make: (shape) => luLinear(shape) },
  { name: 'conv1x1', events: 'both', make: (shape, k) => conv1x1(shape, { key: k }) },
  { name: 'householder', events: 'both', make: (shape, k) => householder(shape, { key: k, reflections: 3 }) },
  { name: 'squeezeImage', events: 'images', make: (shape) => squeezeImage(shape) },
  {
    name: 'multiscale',
    events: 'images',
    contexts: [0, 2],
    make: (shape, k, context) => {
      const squeezed = squeezeImage(shape)
      const inner = [...squeezed.outputShape]
      const half = [...inner.slice(0, 2), inner[2]! / 2]
      const level = affineCoupling(half, coupled(half, k, context))
      return multiscale([chain([squeezed, actnorm(inner)]), level])
    },
  },
  {
    name: 'affine',
    events: 'both',
    make: (shape, k) => affine(shape, { scale: scalesOf(k, sizeOf(shape)), shift: 0.5 }),
  },
  { name: 'affine on an interval', events: 'both', make: (shape) => affine(shape, { scale: -2, domain: [0, 1] }) },
  { name: 'logit', events: 'both', make: (shape) => logit(shape) },
  { name: 'logit of squeezed pixels', events: 'both', make: (shape) => logit(shape, { alpha: 0.05 }) },
  { name: 'sigmoid', events: 'both', make: (shape) => sigmoid(shape) },
  { name: 'softplus', events: 'both', make: (shape) => softplus(shape) },
  { name: 'tanh', events: 'both', make: (shape) => tanh(shape) },
  {
    name: 'continuous',
    events: 'vectors',
    contexts: [0, 2],
    make: (shape, k, context) => continuous(shape, { hidden: [6, 6], key: k, context }),
  },
  {
    name: 'splitFeatures',
    events: 'vectors',
    make: (shape, k) => splitFeatures(actnorm(1), planar(shape[0]! - 1, { key: k })),
  },
  {
    name: 'conditional',
    events: 'vectors',
    contexts: [2],
    make: (shape, k, context) => {
      const inner = affineCoupling(shape, { key: k, network: dense, context: 3 })
      return conditional(inner, { context, key: fold(k, 1), network: dense })
    },
  },
]

function maskOf(features: number): boolean[] {
  return Array.from({ length: features }, (_, i) => i % 3 === 0)
}

function scalesOf(k: Key, size: number): number[] {
  return [...normalArray(k, 1, size)].map((value) => Math.sign(value) * (Math.abs(value) + 0.3))
}

/** A batch of events within an interval, not near its ends. */
export function eventsIn({ min, max }: Interval, shape: readonly number[], batch: number, k: Key): Tensor {
  return tidy(() => {
    const drawn = [batch, ...shape]
    if (min === -Infinity && max === Infinity) return mul(normal(k, drawn), 1.2)
    if (max === Infinity) return add(exp(normal(k, drawn)), min)
    return add(mul(uniform(k, drawn, { min: 0.05, max: 0.95 }), max - min), min)
  })
}

/** Moves every variable a little, so that nothing is at its special start. */
export function perturb(variables: Variable[], k: Key, scale = 0.3): void {
  for (const [i, variable] of variables.entries()) {
    const fanIn = Math.max(1, variable.size / (variable.shape[variable.shape.length - 1] ?? 1))
    tidy(() => variable.assign(add(variable, div(normal(fold(k, i), variable.shape), Math.sqrt(fanIn) / scale))))
  }
}

/** A context of random rows. */
export function contextOf(batch: number, features: number, k: Key = key(99)): Tensor {
  return tidy(() => tensor(normalArray(k, batch, features), [batch, features]))
}

/** Frees a bijector's variables. */
export function disposeOf({ variables }: Pick<Bijector, 'variables'>): void {
  for (const variable of variables()) variable.dispose()
}
