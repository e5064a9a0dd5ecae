/** Models whose PyTorch files are kept in fixtures/pytorch. @module */
import { key } from '@gen/backend'
import {
  type Diffusion,
  dataPrediction,
  diffusion,
  edmPrediction,
  edmWeighting,
  flowPrediction,
  linear,
  logitNormalTimes,
  logNormalTimes,
  logSnrLinear,
  minSnrWeighting,
  noisePrediction,
  p2Weighting,
  pointDenoiser,
  pseudoHuber,
  rectifiedFlow,
  scaledLinear,
  sigmoidSchedule,
  sigmoidWeighting,
  snrWeighting,
  squaredCosine,
  stratifiedTimes,
  varianceExploding,
  velocityPrediction,
} from '@gen/diffusion'
import type { Flow, ImageFlow } from '@gen/flows'
import {
  dcganDiscriminator,
  dcganGenerator,
  dragan,
  type Gan,
  gan,
  lsgan,
  mlpDiscriminator,
  mlpGenerator,
  pacgan,
  patchDiscriminator,
  pix2pixGenerator,
  r1Gan,
  r3gan,
  sngan,
  standardGan,
  wganGp,
} from '@gen/gan'
import { gaussianLikelihood } from '@gen/losses'
import { gpt, mdlm, type TokenModel } from '@gen/tokens'
import { type UnetConfig, unet } from '@gen/unet'
import {
  autoencoder,
  betaTcVae,
  betaVae,
  conditionalVae,
  convNetworks,
  iwae,
  mlpNetworks,
  rae,
  splitVae,
  standardVae,
  type Vae,
  vampVae,
  vqVae,
  wae,
} from '@gen/vae'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { flowCases } from './flow-cases.ts'

/** A U-Net as a diffusion model of velocity. */
function unetModel(config: UnetConfig, options: Partial<Parameters<typeof diffusion>[0]> = {}): Diffusion {
  const { classes = 0 } = config
  return diffusion({ network: unet(config), classes, dropLabel: 0, prediction: velocityPrediction(), ...options })
}

type DiffusionAxes = Omit<Parameters<typeof diffusion>[0], 'network'>

/** A small denoiser of points on some place of all axes. */
function points(options: DiffusionAxes, more: Partial<Parameters<typeof pointDenoiser>[0]> = {}): Diffusion {
  return diffusion({ network: pointDenoiser({ size: 3, hidden: [8], key: key(0), ...more }), dropLabel: 0, ...options })
}

const small = { shape: [12, 12, 2], widths: [8, 12], depth: 1 }

/** Diffusion models, by the name of their folder: each kind of context, block, size, and each kind of every axis. */
export const diffusionCases: Readonly<Record<string, () => Diffusion>> = {
  'unet-digits': () =>
    unetModel({ shape: [28, 28, 1], widths: [8, 16, 24], depth: 1, classes: 10, attention: [2], headSize: 8 }),
  'unet-add': () =>
    unetModel({ ...small, embedding: 'add', down: 'conv', up: 'conv', dropout: 0.1, outputChannels: 2 }),
  'unet-concat': () =>
    unetModel({ ...small, shape: [9, 7, 1], embedding: 'concat', up: 'bilinear', classes: 3, depth: 2 }),
  'unet-vector': () => unetModel({ ...small, context: [5], augmentation: 4 }),
  'unet-image': () => unetModel({ ...small, context: [6, 6, 3] }),
  'unet-sequence': () => unetModel({ ...small, context: [5, 4], attention: [1] }),
  'unet-signal': () => unetModel({ shape: [17, 2], widths: [8, 12, 12], down: 'conv', up: 'bilinear', attention: [2] }),
  'unet-any-size': () => unetModel({ ...small, anySize: true, down: 'conv' }),
  'unet-self': () =>
    unetModel(
      { ...small, context: [12, 12, 5], classes: 3 },
      { selfConditioning: true, offsetNoise: 0.1, dropLabel: 0.1 },
    ),
  'points-self-noise': () => points({ prediction: noisePrediction(), selfConditioning: true }, { context: [3] }),
  'points-self-flow': () => points({ prediction: flowPrediction(), selfConditioning: true }, { context: [3] }),
  'points-self-edm': () => points({ prediction: edmPrediction(), selfConditioning: true }, { context: [3] }),
  'points-noise': () =>
    points({ prediction: noisePrediction(), schedule: linear(), loss: 'l1', weighting: snrWeighting() }),
  'points-data': () =>
    points({
      prediction: dataPrediction(),
      schedule: scaledLinear(),
      loss: 'huber',
      weighting: minSnrWeighting(),
      times: stratifiedTimes(),
    }),
  'points-flow': () =>
    points({
      prediction: flowPrediction(),
      schedule: rectifiedFlow(),
      weighting: p2Weighting({ gamma: 0.5, k: 2 }),
      times: logitNormalTimes(),
    }),
  'points-edm': () =>
    points({
      prediction: edmPrediction(),
      schedule: varianceExploding(),
      weighting: edmWeighting(),
      times: logNormalTimes(),
      mean: [1, 0, -1],
      std: 2,
    }),
  'points-velocity': () =>
    points({
      prediction: velocityPrediction(),
      schedule: squaredCosine(),
      loss: pseudoHuber({ scale: 0.5 }),
      weighting: sigmoidWeighting(),
    }),
  'points-classes': () =>
    points({ prediction: noisePrediction(), schedule: sigmoidSchedule(), classes: 4 }, { classes: 4, residual: false }),
  'points-context': () => points({ schedule: logSnrLinear() }, { context: [2, 2], augmentation: 3 }),
}

const images = { shape: [12, 12, 2], latentSize: 6, key: key(0) }

const vectors = { shape: [4], latentSize: 2, network: mlpNetworks({ widths: [8] }), key: key(0) }

const answers = { shape: [12, 12, 2], context: [12, 12, 1], widths: [8, 12] }

/** Models of the other families. */
export const otherCases: Readonly<Record<string, () => Flow | Flow<Tensor4D> | Gan | ImageFlow | TokenModel | Vae>> = {
  'vae-conv': () => standardVae({ ...images, network: convNetworks({ widths: [8, 12] }) }),
  'vae-conditional': () => conditionalVae({ ...images, classes: 3, network: convNetworks({ widths: [8] }) }),
  'vae-context': () => conditionalVae({ ...images, context: [4, 3, 2], network: convNetworks({ widths: [8] }) }),
  'vae-mlp': () => vampVae({ ...vectors, components: 3 }),
  'vae-vamp-images': () => vampVae({ ...images, network: mlpNetworks({ widths: [8] }), components: 3 }),
  'vae-split': () => splitVae({ ...images, network: convNetworks({ widths: [8] }) }),
  'vae-beta': () =>
    betaVae({
      ...vectors,
      beta: { from: 0.5, to: 4, steps: 10 },
      likelihood: gaussianLikelihood({ deviation: 'learned' }),
    }),
  'vae-free': () =>
    betaVae({ ...vectors, beta: 2, freeNats: 0.4, likelihood: gaussianLikelihood({ deviation: 'perPixel' }) }),
  'vae-iwae': () => iwae({ ...images, draws: 3, classes: 2, network: mlpNetworks({ widths: [8] }) }),
  'vae-tc': () => betaTcVae({ ...vectors, datasetSize: 100, alpha: 0.5, gamma: 2 }),
  'vae-wae': () => wae(vectors),
  'vae-rae': () => rae({ ...images, network: convNetworks({ widths: [8] }) }),
  'vae-rae-gradient': () => rae({ ...images, penalty: 'gradient', network: convNetworks({ widths: [8] }) }),
  'vae-vq': () => vqVae({ ...images, latentSize: 12, size: 3, codes: 5, network: convNetworks({ widths: [8] }) }),
  'vae-autoencoder': () => autoencoder({ ...vectors, likelihood: gaussianLikelihood({ deviation: 0.5 }) }),
  'gan-dcgan': () =>
    gan({
      generator: dcganGenerator({ ...images, widths: [8, 12] }),
      discriminator: dcganDiscriminator({
        shape: images.shape,
        widths: [8],
        groupSize: 2,
        spectral: true,
        key: key(1),
      }),
    }),
  'gan-residual': () => sngan({ ...images, widths: [8, 12], classes: 3 }),
  'gan-r3': () => r3gan({ ...images, widths: [8, 12] }),
  'gan-wasserstein': () => wganGp({ ...images, widths: [8], classes: 3 }),
  'gan-dragan': () => dragan({ ...images, widths: [8] }),
  'gan-r1': () => r1Gan({ ...images, widths: [8] }),
  'gan-augmented': () => pacgan({ ...images, widths: [8], augment: ['color', 'translation', 'cutout'] }),
  'gan-packed': () => pacgan({ shape: [3], latentSize: 2, widths: [8], pack: 2, latent: 'uniform', key: key(0) }),
  'gan-squares': () => lsgan({ ...images, widths: [8], design: 'mlp' }),
  'gan-saturating': () => standardGan({ shape: [2], widths: [8], saturating: true, key: key(0) }),
  'gan-pix2pix': () =>
    gan({
      generator: pix2pixGenerator({ ...answers, latentSize: 3, key: key(0) }),
      discriminator: patchDiscriminator({ ...answers, key: key(1) }),
    }),
  'gan-points': () =>
    gan({
      generator: mlpGenerator({ shape: [2], latentSize: 2, context: [3], widths: [8], key: key(0) }),
      discriminator: mlpDiscriminator({ shape: [2], context: [3], widths: [8], frequencies: 4, key: key(1) }),
    }),
  ...flowCases,
  'tokens-gpt': () => gpt({ vocabulary: 7, length: 6, width: 8, depth: 2, heads: 2, key: key(0) }),
  'tokens-masked': () => mdlm({ vocabulary: 7, length: 6, width: 8, depth: 1, heads: 2, window: 0, key: key(0) }),
}
