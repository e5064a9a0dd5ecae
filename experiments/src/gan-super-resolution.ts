/** Super-resolution ×4 of faces: bicubic, squared error, and the game that picks an answer. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { faces } from '@gen/data/faces'
import { dcganDiscriminator, srResNet, superResolution } from '@gen/gan'
import { encodePng, grid } from '@gen/io'
import { perceptualLoss, r1 } from '@gen/losses'
import { perceptualDistance, psnr, resizeImages, ssim } from '@gen/metrics'
import { adam } from '@gen/train'
import { clipByValue, concat, dispose, slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { type FaceNetwork, faceNetwork } from './gan/face-network.ts'
import { fallingRate, trainTimed } from './gan/train-timed.ts'

const size = 64
const factor = 4
const counts = { train: 5000, test: 256 }
const settings = {
  width: 32,
  blocks: 4,
  batch: 16,
  /** Falls far, so that the game does not win by merely training on. */
  rate: { from: 1e-3, to: 2e-5 },
  gameRate: { from: 3e-4, to: 3e-5 },
  /** Sums over an image, but the perceptual distance is a mean over places, of activations of length 1. */
  weights: { pixel: 0.1, perceptual: 500, adversarial: 0.1 },
}
/** Share of the time for the two networks that look at faces, for squared error, and for the game. */
const shares = { faceNetworks: 0.1, error: 0.45, game: 0.45 }
/** Of the two networks: that of the loss, and that of the measure, which is another. */
const eyes = { loss: [16, 32, 48], measure: [24, 48, 64] } as const

/**
 * One row: all four, on the same faces. The loss looks through one network that has learned to name what is in a face, the
 * measure through another, of other size and seed, that the game has not seen: as one trains on VGG's and measures on
 * AlexNet's activations.
 */
export const ganSuperResolution: Experiment = {
  name: 'gan-super-resolution',
  description: 'faces from 16 to 64 pixels: PSNR, SSIM and perceptual distance of bicubic, squared error and GAN',
  minutes: 25,
  rows: { 'faces-x4': row },
  columns: ({ bicubic, mse, gan }) => ({ bicubic, 'squared error': mse, GAN: gan }),
}

async function row(context: RowContext): Promise<Row> {
  const k = key(context.seed)
  const people = await faces({ count: counts.train, size, key: fold(k, 0) })
  const strangers = await faces({ count: counts.test, size, key: fold(k, 8) })
  const x = strangers.take(Array.from({ length: counts.test }, (_, i) => i)).x as Tensor4D
  const batches = people.batches({ size: settings.batch, key: fold(k, 1) })
  const seconds = (60 * context.minutes * shares.faceNetworks) / 2
  const forLoss = await faceNetwork(people, { widths: eyes.loss, seconds, key: fold(k, 2) })
  const forMeasure = await faceNetwork(people, { widths: eyes.measure, seconds, key: fold(k, 3) })
  const { width, blocks, rate, gameRate, weights } = settings
  const network = srResNet({ shape: [size / factor, size / factor, 3], factor, width, blocks, key: fold(k, 4) })
  const byError = superResolution({ network })
  const small = byError.shrink(x)
  const bicubic = tidy(() => clipByValue(resizeImages(small, [size, size], 'antialias-bicubic'), 0, 1))
  const timed = { ema: 0.99, marks: 1, measure: async () => {}, progress: context.progress }
  const first = { ...timed, minutes: context.minutes * shares.error, key: fold(k, 5) }
  const plain = (steps: number) => adam({ learningRate: fallingRate(rate, steps) })
  const errorTraining = await trainTimed(byError, batches, { ...first, optimizer: plain })
  const mse = byError.upscale(small)
  const discriminator = dcganDiscriminator({ shape: [size, size, 3], widths: [16, 32, 64, 128], key: fold(k, 6) })
  const perceptual = perceptualLoss({ features: forLoss.layers, unitLength: true })
  const game = superResolution({ network, discriminator, perceptual, weights, penalties: [r1({ weight: 1 })] })
  const second = { ...timed, minutes: context.minutes * shares.game, key: fold(k, 7) }
  const optimizer = (steps: number) => adam({ learningRate: fallingRate(gameRate, steps), beta1: 0.5 })
  const gameTraining = await trainTimed(game, batches, { ...second, optimizer })
  const restored = { bicubic, mse, gan: game.upscale(small), original: x }
  const scores = Object.fromEntries(Object.entries(restored).map(([name, y]) => [name, scoresOf(y, x, forMeasure)]))
  writeFileSync(join(context.pictures, 'faces-x4.png'), picture(small, restored))
  dispose([restored, small])
  game.dispose()
  forLoss.dispose()
  forMeasure.dispose()
  return { ...scores, training: { mse: errorTraining, gan: gameTraining }, counts, settings }
}

function scoresOf(y: Tensor4D, x: Tensor4D, { layers }: FaceNetwork): Row {
  const [a, b] = [layers(y), layers(x)]
  const perceptual = perceptualDistance(a, b).value
  dispose([a, b])
  return { psnr: psnr(y, x).value, ssim: ssim(y, x).value, perceptual }
}

/** Rows of faces: small, bicubic, squared error, game, original. */
function picture(small: Tensor4D, restored: Readonly<Record<string, Tensor4D>>): Uint8Array {
  const columns = 8
  return tidy(() => {
    const tall = resizeImages(small, [size, size], 'bilinear')
    const rows = [tall, ...Object.values(restored)].map((images) => slice(images, 0, columns))
    return encodePng(grid(concat(rows), { columns }))
  })
}
