/** Diffusion in the codes of an autoencoder against diffusion of pixels, on faces, in the same processor time. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import { type Faces, faces } from '@gen/data/faces'
import {
  codeStatistics,
  type Diffusion,
  type DiffusionBatch,
  ddim,
  diffusion,
  latentDiffusion,
  velocityPrediction,
} from '@gen/diffusion'
import { encodePng, grid } from '@gen/io'
import { perceptualLoss } from '@gen/losses'
import { extractFeatures, type FeatureMatrix, fid, psnr } from '@gen/metrics'
import { adam, adamW, type Batches, cosineDecay, fit, type Optimizer, type Trainable } from '@gen/train'
import { unet } from '@gen/unet'
import { dispose, slice, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { faceNetwork } from './gan/face-network.ts'
import { randomFeatures } from './gan/features.ts'
import { type KlAutoencoder, klAutoencoder } from './latent/kl-autoencoder.ts'

const shape = [64, 64, 3] as const
const counts = { train: 4000, test: 1000, samples: 500 }
const settings = {
  autoencoder: { widths: [16, 32, 64], channels: 4, weights: { perceptual: 500, adversarial: 0.1, kl: 1e-4 } },
  batch: 16,
  sampler: { steps: 20 },
} as const
const networks = { pixels: { widths: [16, 32, 64, 96], depth: 1 }, codes: { widths: [32, 64, 96], depth: 1 } }
/** Of a row's minutes of processor time: latent diffusion pays for its autoencoder. */
const shares = { faceNetwork: 0.05, autoencoder: 0.4, codes: 0.55, pixels: 1 }

/** FID and seconds for an image of both, on 64 × 64 faces. */
export const latentFaces: Experiment = {
  name: 'latent-faces',
  description:
    'diffusion of codes, 16 × 16 × 4, against diffusion of pixels, on faces of 64 pixels in the same processor time',
  minutes: 10,
  rows: { latent: latentRow, pixels: pixelRow },
}

async function pixelRow(context: RowContext): Promise<Row> {
  const k = key(context.seed)
  const people = await faces({ count: counts.train, size: shape[0], key: fold(k, 0) })
  const network = unet({ shape: [...shape], ...networks.pixels, key: fold(k, 2) })
  const model = diffusion({ network, prediction: velocityPrediction() })
  const trained = await trainDiffusion(model, batchesOf(people, fold(k, 1)), shares.pixels, context)
  const verdict = await judged('pixels', (options) => model.sample(options), context)
  model.dispose()
  return { ...verdict, ...trained }
}

async function latentRow(context: RowContext): Promise<Row> {
  const k = key(context.seed)
  const people = await faces({ count: counts.train, size: shape[0], key: fold(k, 0) })
  const batches = batchesOf(people, fold(k, 1))
  const seconds = 60 * context.minutes * shares.faceNetwork
  const eyes = await faceNetwork(people, { widths: [16, 32, 48], seconds, key: fold(k, 3) })
  const perceptual = perceptualLoss({ features: eyes.layers, unitLength: true })
  const autoencoder = klAutoencoder({ shape, ...settings.autoencoder, perceptual, key: fold(k, 4) })
  const optimizer = (steps: number) => adam({ learningRate: cosineDecay({ from: 1e-3, to: 5e-5, steps }), beta1: 0.5 })
  const first = await trainFor(autoencoder, batches, { optimizer, key: fold(k, 5), share: shares.autoencoder, context })
  const { mean, std, scaleFactor } = await codeStatistics(autoencoder, batches, { shape: autoencoder.codeShape })
  const network = unet({ shape: [...autoencoder.codeShape], ...networks.codes, key: fold(k, 2) })
  const model = diffusion({ network, prediction: velocityPrediction(), range: null, mean, std })
  const latent = latentDiffusion({ autoencoder, model })
  const second = await trainDiffusion(model, latent.encoded(batches), shares.codes, context)
  const restored = await reconstruction(autoencoder, people)
  const verdict = await judged('latent', (options) => latent.sample(options), context)
  for (const one of [model, autoencoder, eyes]) one.dispose()
  return { ...verdict, ...second, scaleFactor, ...restored, autoencoderSteps: first.steps }
}

type Sample = (options: {
  count: number
  key: Key
  batchSize: number
  sampler: ReturnType<typeof ddim>
}) => Promise<Tensor>

/** FID against faces that no training saw, processor seconds for an image, and a sheet. */
async function judged(name: string, sample: Sample, { seed, pictures, progress }: RowContext): Promise<Row> {
  progress('sampling')
  const start = process.cpuUsage()
  const options = { count: counts.samples, key: fold(key(seed), 9), batchSize: 50, sampler: ddim(settings.sampler) }
  const samples = (await sample(options)) as Tensor4D
  const { user, system } = process.cpuUsage(start)
  const fake = await featuresOf(samples)
  const strangers = await faces({ count: counts.test, size: shape[0], key: fold(key(seed), 8) })
  const { x, labels } = strangers.take(Array.from({ length: counts.test }, (_, i) => i))
  const real = await featuresOf(x as Tensor4D)
  const first = slice(samples, 0, 32)
  const sheet = grid(first, { columns: 8 })
  writeFileSync(join(pictures, `${name}.png`), encodePng(sheet))
  dispose([samples, x, ...(labels ? [labels] : []), first, sheet])
  return { fid: fid(real, fake).value, processorSecondsPerImage: (user + system) / 1e6 / counts.samples }
}

function featuresOf(images: Tensor4D): Promise<FeatureMatrix> {
  return extractFeatures(images, randomFeatures([...shape]))
}

/** PSNR of reconstructions by the mean code. */
async function reconstruction(autoencoder: KlAutoencoder, people: Faces): Promise<Row> {
  const { x, labels } = people.take(Array.from({ length: 64 }, (_, i) => i))
  const z = autoencoder.encode(x)
  const again = autoencoder.decode(z)
  const value = psnr(again as Tensor4D, x as Tensor4D).value
  dispose([x, z, again, ...(labels ? [labels] : [])])
  return { psnrOfReconstructions: value }
}

function batchesOf(people: Faces, k: Key): Batches<DiffusionBatch> {
  return people.batches({ size: settings.batch, key: k })
}

function trainDiffusion(
  model: Diffusion,
  batches: Batches<DiffusionBatch>,
  share: number,
  context: RowContext,
): Promise<{ steps: number }> {
  const optimizer = (steps: number) => adamW({ learningRate: cosineDecay({ from: 2e-3, to: 2e-5, steps }) })
  return trainFor(model, batches, { optimizer, key: fold(key(context.seed), 7), share, context })
}

interface Training {
  readonly optimizer: (steps: number) => Optimizer
  readonly key: Key
  /** Of the row's minutes of processor time. */
  readonly share: number
  readonly context: RowContext
}

/** As many steps as fit the processor time, by what the first dozen take. */
async function trainFor<B>(
  model: Trainable<B>,
  batches: Batches<B>,
  { optimizer, key: k, share, context }: Training,
): Promise<{ steps: number }> {
  const probe = 12
  let start = process.cpuUsage()
  const trial = fit(model, batches, { steps: probe, optimizer: adam({ learningRate: 1e-5 }), key: fold(k, 1) })
  for await (const event of trial) if (event.type === 'step' && event.step === 4) start = process.cpuUsage()
  const { user, system } = process.cpuUsage(start)
  const each = (user + system) / 1e6 / (probe - 4)
  const steps = Math.max(1, Math.round((60 * context.minutes * share) / each))
  for await (const event of fit(model, batches, { steps, optimizer: optimizer(steps), ema: 0.99, key: k })) {
    if (event.type === 'step' && event.step % 10 === 0) context.progress(`step ${event.step} of ${steps}`)
  }
  return { steps }
}
