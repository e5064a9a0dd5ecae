/** A small model of every maker of all families. @module */
import { fold, type Key, normal, randint, uniform } from '@gen/backend'
import * as diffusions from '@gen/diffusion'
import * as flows from '@gen/flows'
import * as gans from '@gen/gan'
import type { Batch, GenerativeModel } from '@gen/model'
import * as texts from '@gen/tokens'
import { unet } from '@gen/unet'
import * as vaes from '@gen/vae'
import { tensor1d } from '@tensorflow/tfjs-core'
import type { FamilyPackage } from './makers.ts'

/** What a maker makes. */
export interface Case {
  readonly family: FamilyPackage
  /** With so many classes; 0: none. */
  make(k: Key, classes: number): GenerativeModel
  /** Numbers of classes that it can have. */
  readonly classes: readonly number[]
}

const [either, none, always] = [[0, 3], [0], [3]]
const images = [8, 8, 1] as const

type VaePreset = (options: vaes.VaePresetOptions & { classes: number; datasetSize: number }) => vaes.Vae
const vaePreset = (preset: VaePreset, classes: readonly number[] = either, more: object = {}): Case => ({
  family: 'vae',
  classes,
  make: (key, count) => {
    const network = vaes.convNetworks({ widths: [4] })
    return preset({ shape: images, latentSize: 2, network, datasetSize: 100, key, classes: count, ...more })
  },
})

type GanPreset = (options: gans.GanPresetOptions & { classes: number }) => gans.Gan
const ganPreset = (preset: GanPreset, classes: readonly number[] = either): Case => ({
  family: 'gan',
  classes,
  make: (key, count) => preset({ shape: images, latentSize: 2, widths: [4, 4], key, classes: count }),
})

const flowPreset = (make: (options: { key: Key; classes: number }) => GenerativeModel): Case => ({
  family: 'flows',
  classes: either,
  make: (key, classes) => make({ key, classes }),
})

type DiffusionPreset = (options: diffusions.DiffusionOptions) => GenerativeModel
const diffusionPreset = (preset: DiffusionPreset): Case => ({
  family: 'diffusion',
  classes: either,
  make: (key, classes) => {
    const network = diffusions.pointDenoiser({ size: 2, hidden: [6], classes, key })
    return preset({ network, classes })
  },
})

type TokenPreset = (options: texts.TokenPresetOptions) => GenerativeModel
const tokenPreset = (preset: TokenPreset): Case => ({
  family: 'tokens',
  classes: none,
  make: (key) => preset({ vocabulary: 5, length: 6, width: 8, depth: 1, heads: 2, key }),
})

const hidden = { hidden: [6], activation: 'tanh' } as const
const coupled = { network: flows.denseNetwork(hidden), layers: 2 }
const masked = { ...hidden, layers: 2 }
const glow = (options: { key: Key; classes: number }) =>
  flows.glow([4, 4, 1], { levels: 2, steps: 1, network: flows.convNetwork({ width: 4, blocks: 1 }), ...options })

/** By the name of the maker. */
export const cases: Readonly<Record<string, Case>> = {
  autoencoder: vaePreset(vaes.autoencoder),
  standardVae: vaePreset(vaes.standardVae),
  betaVae: vaePreset(vaes.betaVae),
  conditionalVae: vaePreset(vaes.conditionalVae, always),
  computedGamma: vaePreset(vaes.computedGamma),
  rae: vaePreset(vaes.rae),
  wae: vaePreset(vaes.wae),
  betaTcVae: vaePreset(vaes.betaTcVae),
  iwae: vaePreset(vaes.iwae),
  vampVae: vaePreset(vaes.vampVae, none, { components: 3 }),
  vqVae: vaePreset(vaes.vqVae, either, { codes: 4, size: 2 }),
  splitVae: vaePreset(vaes.splitVae),
  twoStage: {
    family: 'vae',
    classes: none,
    make: (key) => vaes.twoStage({ first: { latentSize: 2 }, network: vaes.mlpNetworks({ widths: [6] }), key }),
  },
  vae: {
    family: 'vae',
    classes: either,
    make: (key, classes) => {
      const sizes = { shape: [3], latentSize: 2, classes }
      const networks = vaes.mlpNetworks({ widths: [6] }).make({ ...sizes, outputs: 4, channels: 1, key })
      return vaes.vae({ ...sizes, ...networks })
    },
  },
  standardGan: ganPreset(gans.standardGan),
  dcgan: ganPreset(gans.dcgan),
  lsgan: ganPreset(gans.lsgan),
  wganGp: ganPreset(gans.wganGp),
  sngan: ganPreset(gans.sngan),
  projectionGan: ganPreset(gans.projectionGan, always),
  dragan: ganPreset(gans.dragan),
  r1Gan: ganPreset(gans.r1Gan),
  r3gan: ganPreset(gans.r3gan),
  pacgan: ganPreset(gans.pacgan, none),
  gan: {
    family: 'gan',
    classes: either,
    make: (key, classes) => {
      const sizes = { shape: [2], widths: [6], classes }
      const generator = gans.mlpGenerator({ ...sizes, latentSize: 2, key: fold(key, 0) })
      return gans.gan({ generator, discriminator: gans.mlpDiscriminator({ ...sizes, key: fold(key, 1) }), classes })
    },
  },
  nice: flowPreset((options) => flows.nice(2, { ...coupled, ...options })),
  realNvp: flowPreset((options) => flows.realNvp(2, { ...coupled, ...options })),
  maf: flowPreset((options) => flows.maf(2, { ...masked, ...options })),
  iaf: flowPreset((options) => flows.iaf(2, { ...masked, ...options })),
  nsf: flowPreset((options) => flows.nsf(3, { ...coupled, bins: 4, ...options })),
  nsfAutoregressive: flowPreset((options) => flows.nsfAutoregressive(2, { ...masked, bins: 4, ...options })),
  cnf: flowPreset((options) => flows.cnf(2, { hidden: [4], steps: 4, ...options })),
  glow: flowPreset(glow),
  imageFlow: flowPreset((options) => flows.imageFlow({ flow: glow(options) })),
  flow: flowPreset(({ key, classes }) =>
    flows.flow({
      transforms: [flows.actnorm(2), flows.affineCoupling(2, { network: coupled.network, context: classes, key })],
      classes,
    }),
  ),
  ddpm: diffusionPreset(diffusions.ddpm),
  cosineDiffusion: diffusionPreset(diffusions.cosineDiffusion),
  vDiffusion: diffusionPreset(diffusions.vDiffusion),
  edm: diffusionPreset(diffusions.edm),
  flowMatching: diffusionPreset(diffusions.flowMatching),
  variationalDiffusion: diffusionPreset(diffusions.variationalDiffusion),
  ardm: tokenPreset(texts.ardm),
  mdlm: tokenPreset(texts.mdlm),
  gpt: tokenPreset(texts.gpt),
  tokens: {
    family: 'tokens',
    classes: none,
    make: (key) => {
      const network = texts.tokenTransformer({ size: 5, length: 6, width: 8, depth: 1, heads: 2, key })
      return texts.tokens({ network, process: texts.absorbing() })
    },
  },
  diffusion: {
    family: 'diffusion',
    classes: either,
    make: (key, classes) =>
      diffusions.diffusion({ network: unet({ shape: [...images], widths: [4, 8], depth: 1, classes, key }), classes }),
  },
}

/** Four items that a model learns from. */
export function batchFor({ shape, config }: Pick<GenerativeModel, 'shape' | 'config'>, classes: number, k: Key): Batch {
  if (config.kind === 'tokens') return { x: randint(k, [4, ...shape], { max: 5 }) }
  const x = (shape.length === 3 ? uniform : normal)(k, [4, ...shape])
  return classes > 0 ? { x, labels: tensor1d([0, 1, 2, 1], 'int32') } : { x }
}
