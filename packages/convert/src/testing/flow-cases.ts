/** Flows whose PyTorch modules are kept in fixtures/pytorch. @module */
import { key } from '@gen/backend'
import {
  actnorm,
  affine,
  affineAutoregressive,
  affineCoupling,
  affineUnivariate,
  chain,
  cnf,
  conditional,
  continuous,
  conv1x1,
  convNetwork,
  denseNetwork,
  elementwise,
  type Flow,
  flow,
  glow,
  householder,
  type ImageFlow,
  iaf,
  imageFlow,
  inverse,
  logit,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  permuteFeatures,
  planar,
  radial,
  realNvp,
  sigmoid,
  softplus,
  splineCoupling,
  splineUnivariate,
  splitFeatures,
  squeezeImage,
  tanh,
  variationalDequantizer,
} from '@gen/flows'
import type { Tensor4D } from '@tensorflow/tfjs-core'

const network = convNetwork({ width: 16, blocks: 1 })
const glowOptions = { key: key(0), levels: 2, steps: 2, network }

/** Two couplings of noise that see the image, as `gen train flow --noise variational` has them. */
function learnedNoise(shape: readonly [number, number, number]): Flow<Tensor4D> {
  const options = { mask: 'checkerboard', context: shape[2], network } as const
  const layers = [false, true].map((flip, i) => affineCoupling(shape, { ...options, flip, key: key(i) }))
  return flow<Tensor4D>({ transforms: [logit(shape), ...layers] })
}

/** Every bijector of images that glow does not have. */
function oddImageFlow(): Flow<Tensor4D> {
  const shape = [4, 6, 2] as const
  const numbers = Array.from({ length: 48 }, (_, i) => 1 + i / 48)
  return flow<Tensor4D>({
    transforms: [
      affine(shape, { scale: numbers, shift: 0.25 }),
      elementwise(shape, { univariate: affineUnivariate() }),
      affineCoupling(shape, { key: key(0), network: denseNetwork({ hidden: [8] }) }),
      splineCoupling(shape, { key: key(1), mask: numbers.map((_, i) => i % 3 === 0), network, bins: 4 }),
      planar(shape, { key: key(2) }),
      inverse(affineAutoregressive(shape, { key: key(3), hidden: [60] })),
      squeezeImage(shape),
      householder([2, 3, 8], { key: key(4), reflections: 3 }),
      splitFeatures(permuteFeatures([2, 3, 3]), actnorm([2, 3, 5])),
      continuous([2, 3, 8], { key: key(5), hidden: [8], steps: 3 }),
    ],
  })
}

/** Every bijector of vectors that no preset has. */
function oddFlow(): Flow {
  const inner = chain([affineCoupling(3, { context: 2, key: key(0) }), radial(3, { context: 2, key: key(1) })])
  const told = { context: 4 }
  return flow({
    transforms: [
      conditional(inner, { ...told, key: key(2), network: denseNetwork({ hidden: [6], activation: 'elu' }) }),
      elementwise(3, { ...told, univariate: splineUnivariate({ bins: 3 }), network: denseNetwork({ hidden: [5] }) }),
      planar(3, { ...told, key: key(3) }),
      affineCoupling(3, { ...told, key: key(4), mask: 'checkerboard', flip: true }),
      splitFeatures(chain([tanh(2), inverse(tanh(2))]), chain([softplus(1), inverse(softplus(1))])),
      chain([sigmoid(3), logit(3)]),
      householder(3, { key: key(5) }),
      conv1x1(3, { key: key(6) }),
    ],
  })
}

/** Flows, by the name of their folder. */
export const flowCases: Readonly<Record<string, () => Flow | Flow<Tensor4D> | ImageFlow>> = {
  'flow-nice': () => nice(3, { key: key(0), layers: 2, network: denseNetwork({ hidden: [8], activation: 'tanh' }) }),
  'flow-real-nvp': () =>
    realNvp(3, { key: key(0), layers: 3, classes: 2, before: [affine([3], { scale: [2, 1, 0.5], shift: 1 })] }),
  'flow-maf': () => maf(4, { key: key(0), layers: 2, hidden: [16] }),
  'flow-maf-narrow': () => maf(6, { key: key(0), layers: 1, hidden: [3, 8], activation: 'silu', classes: 2 }),
  'flow-iaf': () => iaf(3, { key: key(0), layers: 2, hidden: [8] }),
  'flow-nsf': () => nsf(4, { key: key(0), layers: 3, bins: 5, before: [actnorm([4]), permuteFeatures([4])] }),
  'flow-nsf-autoregressive': () => nsfAutoregressive(3, { key: key(0), layers: 1, hidden: [8], bins: 4 }),
  'flow-cnf': () => cnf(3, { key: key(0), hidden: [8, 8], classes: 2, steps: 4 }),
  'flow-cnf-adaptive': () => cnf(2, { key: key(0), hidden: [8] }),
  'flow-one-feature': () => nice(1, { key: key(0), classes: 2, layers: 2 }),
  'flow-odd': oddFlow,
  'flow-odd-images': oddImageFlow,
  'flow-glow': () => glow([8, 8, 1], glowOptions),
  'flow-glow-classes': () => glow([4, 8, 3], { ...glowOptions, classes: 2, steps: 1 }),
  'flow-images': () => imageFlow({ flow: glow([8, 8, 1], glowOptions) }),
  'flow-images-noise': () => {
    const shape = [4, 4, 2] as const
    const dequantizer = variationalDequantizer(learnedNoise(shape))
    return imageFlow({ flow: glow(shape, { ...glowOptions, levels: 1, classes: 2 }), dequantizer, levels: 16 })
  },
}
