/** The flows of the papers, side by side: each a composition of this package's bijectors. @module */
import { type Key, split } from '@gen/backend'
import type { Distribution } from '@gen/model'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { actnorm } from './bijectors/actnorm.ts'
import { additiveCoupling } from './bijectors/additive-coupling.ts'
import { affineAutoregressive } from './bijectors/affine-autoregressive.ts'
import { affineCoupling } from './bijectors/affine-coupling.ts'
import type { AutoregressiveOptions } from './bijectors/autoregressive.ts'
import type { Bijector } from './bijectors/bijector.ts'
import { chain } from './bijectors/chain.ts'
import { type ContinuousOptions, continuous } from './bijectors/continuous.ts'
import { conv1x1 } from './bijectors/conv1x1.ts'
import { elementwise } from './bijectors/elementwise.ts'
import { inverse } from './bijectors/inverse.ts'
import { logit } from './bijectors/logit.ts'
import { multiscale } from './bijectors/multiscale.ts'
import { splineAutoregressive } from './bijectors/spline-autoregressive.ts'
import { splineCoupling } from './bijectors/spline-coupling.ts'
import { squeezeImage } from './bijectors/squeeze-image.ts'
import { flow } from './flow.ts'
import type { Flow } from './flow-model.ts'
import { convNetwork } from './networks/conv-network.ts'
import type { ConditionerMaker } from './networks/network.ts'
import { additiveUnivariate } from './univariates/additive-univariate.ts'
import { type AffineOptions, affineUnivariate } from './univariates/affine-univariate.ts'
import { type SplineOptions, splineUnivariate } from './univariates/spline-univariate.ts'

/** Options of every preset. */
export interface FlowPresetOptions {
  /** Randomness of the weights. */
  key: Key
  /** @default the standard normal distribution */
  base?: Distribution
  /** Makes the flow conditional on so many classes, on whose labels it is trained. @default 0 */
  classes?: number
  /** Features of the context; 0: none. @default as many as there are classes */
  context?: number
  /** What is done to the data first: a standardization, say. @default nothing */
  before?: readonly Bijector[]
}

/** Options of presets made of couplings. */
export interface CouplingPresetOptions extends FlowPresetOptions {
  /** Couplings, which take turns in what they keep. @default 4 */
  layers?: number
  /** @default denseNetwork() */
  network?: ConditionerMaker
}

/** Options of presets made of autoregressive layers, which take turns in ascending and descending order. */
export interface AutoregressivePresetOptions
  extends FlowPresetOptions,
    Pick<AutoregressiveOptions, 'hidden' | 'activation'> {
  /** @default 3 */
  layers?: number
}

/**
 * NICE: additive couplings, then a learned diagonal scaling. A single number has nothing to be coupled to: its layers are
 * elementwise.
 *
 * @see NICE: Non-linear Independent Components Estimation (Dinh et al., 2014) https://arxiv.org/abs/1410.8516
 * @example
 * const model = nice(2, { key: key(0) })
 */
export function nice(
  size: number,
  { key, base, before = [], layers = 4, classes = 0, context = classes, ...options }: CouplingPresetOptions,
): Flow {
  const couplings = split(key, layers).map((k, i) =>
    size === 1
      ? elementwise(size, { ...options, context, univariate: additiveUnivariate(), key: k })
      : additiveCoupling(size, { ...options, context, flip: i % 2 === 1, key: k }),
  )
  return flow({
    transforms: [...before, ...couplings, elementwise(size, { univariate: affineUnivariate() })],
    classes,
    ...(base && { base }),
  })
}

/**
 * Real NVP for vectors: affine couplings with bounded scales. A single number has nothing to be coupled to: its layers are
 * elementwise.
 *
 * @see Density estimation using Real NVP (Dinh et al., 2016) https://arxiv.org/abs/1605.08803
 * @example
 * const model = realNvp(2, { layers: 8, key: key(0) })
 */
export function realNvp(
  size: number,
  {
    key,
    base,
    before = [],
    layers = 4,
    classes = 0,
    context = classes,
    ...options
  }: CouplingPresetOptions & AffineOptions,
): Flow {
  const transforms = split(key, layers).map((k, i) =>
    size === 1
      ? elementwise(size, { ...options, context, univariate: affineUnivariate(options), key: k })
      : affineCoupling(size, { ...options, context, flip: i % 2 === 1, key: k }),
  )
  return flow({ transforms: [...before, ...transforms], classes, ...(base && { base }) })
}

/** Options of {@link glow}. */
export interface GlowOptions extends FlowPresetOptions {
  /** Levels; each halves height and width. @default 2 */
  levels?: number
  /** Steps per level: actnorm, 1×1 convolution, affine coupling. @default 4 */
  steps?: number
  /** @default convNetwork() */
  network?: ConditionerMaker
  /** Squeezes pixels into [α, 1 − α] before the logit. @default 0.05 */
  alpha?: number
}

/**
 * Glow for images in [0, 1]: a logit, then levels of squeeze and steps; after each level but the last, half of the
 * channels leave, through one more coupling on the other half, which is Glow's learned prior of what leaves.
 * Call `initialize` with a batch before training.
 *
 * @see Glow: Generative Flow with Invertible 1×1 Convolutions (Kingma & Dhariwal, 2018) https://arxiv.org/abs/1807.03039
 * @example
 * const model = glow([8, 8, 1], { levels: 2, key: key(0) })
 */
export function glow(
  shape: readonly [height: number, width: number, channels: number],
  {
    key,
    base,
    before = [],
    levels = 2,
    steps = 4,
    alpha = 0.05,
    network = convNetwork(),
    classes = 0,
    context = classes,
  }: GlowOptions,
): Flow<Tensor4D> {
  let event: readonly number[] = shape
  const parts = split(key, levels).map((k, level): Bijector => {
    const squeezed = squeezeImage(event)
    const inner = squeezed.outputShape
    const keys = split(k, 2 * steps + 1)
    const options = { network, context }
    const body = Array.from({ length: steps }, (_, i) => [
      actnorm(inner),
      conv1x1(inner, { key: keys[2 * i]! }),
      affineCoupling(inner, { ...options, flip: i % 2 === 1, key: keys[2 * i + 1]! }),
    ]).flat()
    const leaving = level < levels - 1 ? [affineCoupling(inner, { ...options, key: keys[2 * steps]! })] : []
    event = [inner[0]!, inner[1]!, inner[2]! / 2]
    return chain([squeezed, ...body, ...leaving])
  })
  return flow<Tensor4D>({
    transforms: [...before, logit(shape, { alpha }), multiscale(parts)],
    classes,
    ...(base && { base }),
  })
}

/**
 * Masked autoregressive flow: density in one pass per layer, sampling in `size` passes.
 *
 * @see Masked Autoregressive Flow for Density Estimation (Papamakarios et al., 2017) https://arxiv.org/abs/1705.07057
 * @example
 * const model = maf(6, { layers: 5, hidden: [128, 128], key: key(0) })
 */
export function maf(
  size: number,
  {
    key,
    base,
    before = [],
    layers = 3,
    classes = 0,
    context = classes,
    ...options
  }: AutoregressivePresetOptions & AffineOptions,
): Flow {
  const transforms = split(key, layers).map((k, i) =>
    affineAutoregressive(size, { ...options, context, order: turn(i), key: k }),
  )
  return flow({ transforms: [...before, ...transforms], classes, ...(base && { base }) })
}

/**
 * Inverse autoregressive flow: sampling in one pass per layer, density of a given point in `size` passes. It suits
 * `reverseKl`.
 *
 * @see Improving Variational Inference with Inverse Autoregressive Flow (Kingma et al., 2016) https://arxiv.org/abs/1606.04934
 * @example
 * const model = iaf(2, { key: key(0) })
 */
export function iaf(
  size: number,
  {
    key,
    base,
    before = [],
    layers = 3,
    classes = 0,
    context = classes,
    ...options
  }: AutoregressivePresetOptions & AffineOptions,
): Flow {
  const transforms = split(key, layers).map((k, i) =>
    inverse(affineAutoregressive(size, { ...options, context, order: turn(i), key: k })),
  )
  return flow({ transforms: [...before, ...transforms], classes, ...(base && { base }) })
}

/**
 * Neural spline flow of couplings: fast both ways. With more than two features, learned 1×1 convolutions (LU) mix them
 * between the couplings. Standardize the data: the splines act on [-bound, bound].
 * A single number has nothing to be coupled to: its layers are elementwise.
 *
 * @see Neural Spline Flows (Durkan et al., 2019) https://arxiv.org/abs/1906.04032
 * @example
 * const model = nsf(2, { bins: 16, key: key(0) })
 */
export function nsf(
  size: number,
  {
    key,
    base,
    before = [],
    layers = 4,
    classes = 0,
    context = classes,
    ...options
  }: CouplingPresetOptions & SplineOptions,
): Flow {
  const transforms = split(key, layers).flatMap((k, i) => {
    if (size === 1) return [elementwise(size, { ...options, context, univariate: splineUnivariate(options), key: k })]
    const [forMix, forNetwork] = split(k)
    const mixes = size > 2 && i > 0 ? [conv1x1(size, { key: forMix! })] : []
    return [...mixes, splineCoupling(size, { ...options, context, flip: i % 2 === 1, key: forNetwork! })]
  })
  return flow({ transforms: [...before, ...transforms], classes, ...(base && { base }) })
}

/**
 * Autoregressive neural spline flow: density in one pass per layer, sampling in `size` passes.
 *
 * @see Neural Spline Flows (Durkan et al., 2019) https://arxiv.org/abs/1906.04032
 * @example
 * const model = nsfAutoregressive(3, { bins: 16, key: key(0) })
 */
export function nsfAutoregressive(
  size: number,
  {
    key,
    base,
    before = [],
    layers = 3,
    classes = 0,
    context = classes,
    ...options
  }: AutoregressivePresetOptions & SplineOptions,
): Flow {
  const transforms = split(key, layers).map((k, i) =>
    splineAutoregressive(size, { ...options, context, order: turn(i), key: k }),
  )
  return flow({ transforms: [...before, ...transforms], classes, ...(base && { base }) })
}

/**
 * Continuous normalizing flow.
 *
 * @see FFJORD (Grathwohl et al., 2018) https://arxiv.org/abs/1810.01367
 * @example
 * const model = cnf(2, { hidden: [32, 32], key: key(0) })
 */
export function cnf(
  size: number,
  { base, before = [], classes = 0, context = classes, ...options }: FlowPresetOptions & ContinuousOptions,
): Flow {
  return flow({ transforms: [...before, continuous(size, { ...options, context })], classes, ...(base && { base }) })
}

function turn(i: number): 'ascending' | 'descending' {
  return i % 2 === 0 ? 'ascending' : 'descending'
}
