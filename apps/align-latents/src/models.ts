/** The six models whose spaces are aligned, each with how it is trained. @module */
import { fold, type Key } from '@gen/backend'
import type { Batch } from '@gen/data'
import { diffusion } from '@gen/diffusion'
import { convNetwork, glow, imageFlow } from '@gen/flows'
import { r1Gan, recoder } from '@gen/gan'
import type { LatentModel } from '@gen/latent-tools'
import { convEncoder } from '@gen/nn'
import type { Trainable } from '@gen/train'
import { unet } from '@gen/unet'
import { computedGamma, convNetworks, splitVae } from '@gen/vae'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/** By name: two trainings of one VAE, another VAE, a GAN, a flow, a diffusion model. */
export const modelNames = ['vae-1', 'vae-2', 'split-vae', 'gan', 'flow', 'diffusion'] as const
export type ModelName = (typeof modelNames)[number]

/** Each mapped onto each other. */
export const modelPairs: readonly (readonly [from: ModelName, to: ModelName])[] = modelNames.flatMap((a) =>
  modelNames.filter((b) => b !== a).map((b) => [a, b] as const),
)

/** One training: a GAN has two, its own and that of its recoder. */
export interface Stage {
  readonly name: string
  readonly trainable: Trainable<Batch>
  /** Of the minutes: what is harder gets more. */
  readonly share: number
  readonly rate: number
  /** Of Adam. @default 0.9 */
  readonly beta1?: number
  /** Whether the batches are data; a recoder needs none. */
  readonly fromData: boolean
  /** Called with a first batch, before training. */
  readonly initialize?: (x: Tensor4D) => void
}

/** A model as the alignment sees it. */
export interface AlignModel {
  readonly latent: LatentModel
  readonly stages: readonly Stage[]
}

type Shape = readonly [number, number, number]

const data = { share: 1, fromData: true } as const

/** Of the convolutional networks: small enough for some thousand steps in minutes. */
const widths = [16, 32, 64]

/** Builds a model with fresh weights. */
export function buildModel(name: ModelName, shape: Shape, k: Key): AlignModel {
  return makers[name](shape, k)
}

const vaeOf = (make: typeof computedGamma, latentSize: number) => (shape: Shape, k: Key) => {
  const model = make({ shape, latentSize, network: convNetworks({ widths }), key: k })
  return {
    latent: model,
    stages: [{ ...data, name: 'vae', share: 0.75, trainable: model, rate: 1e-3 }],
  }
}

const makers: Readonly<Record<ModelName, (shape: Shape, k: Key) => AlignModel>> = {
  'vae-1': (shape, k) => vaeOf(computedGamma, 64)(shape, fold(k, 1)),
  'vae-2': (shape, k) => vaeOf(computedGamma, 64)(shape, fold(k, 2)),
  'split-vae': vaeOf(splitVae, 96),
  gan: (shape, k) => {
    const model = r1Gan({ shape, latentSize: 64, widths, weight: 1, key: fold(k, 0) })
    const network = convEncoder({ shape: [...shape], outputs: 64, widths, key: fold(k, 1) })
    const encoder = recoder({ gan: model, network })
    const game = {
      name: 'gan',
      trainable: model,
      share: 2.5,
      rate: 3e-3,
      beta1: 0.5,
      fromData: true,
    }
    const second = { name: 'recoder', trainable: encoder, share: 0.5, rate: 1e-3, fromData: false }
    const latent = {
      latentSize: 64,
      decode: (z: Tensor2D) => model.decode(z),
      encode: (x: Tensor4D) => encoder.encode(x),
    }
    return { latent: latent, stages: [game, second] }
  },
  flow: (shape, k) => {
    const model = glow(shape, { levels: 2, steps: 4, network: convNetwork({ width: 32, blocks: 1 }), key: fold(k, 0) })
    const trainable = imageFlow({ flow: model })
    const initialize = (x: Tensor4D) => trainable.initialize(x, fold(k, 1))
    return {
      latent: model,
      stages: [{ ...data, name: 'flow', trainable: trainable, rate: 1e-3, initialize }],
    }
  },
  diffusion: (shape, k) => {
    const model = diffusion({ network: unet({ shape: [...shape], widths: [24, 48, 72], depth: 1, key: k }) })
    const latent: LatentModel = {
      latentSize: model.latentSize,
      decode: (z) => model.decode(z),
      encode: (x) => model.encode(x, { iterations: 2 }),
    }
    return {
      latent,
      stages: [{ ...data, name: 'diffusion', share: 1.5, trainable: model, rate: 2e-3 }],
    }
  },
}
