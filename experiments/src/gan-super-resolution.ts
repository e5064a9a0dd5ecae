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
import { trainTimed } from './gan/train-timed.ts'

const size = 64
const factor = 4
const counts = { train: 5000, test: 256 }
const settings = {
  width: 32,
  blocks: 4,
  batch: 16,
  rate: 5e-4,
  gameRate: 1e-4,
  /** All sums over an image, so that a thousandth of error in each pixel is 12: the game must not be about pixels. */
  weights: { pixel: 0.02, perceptual: 10, adversarial: 1 },
}
/** Share of the time for the two networks that look at faces, and for squared error. */
const shares = { faceNetworks: 0.1, error: 0.5, game: 0.4 }

/**
 * One row: all four, on the same faces. The loss looks through a network that names hair, the measure through another
 * that names eyes and mouth, so the game cannot win by having seen the measure.
 */
export const ganSuperResolution: Experiment = {
  name: 'gan-super-resolution',
  description: 'faces from 16 to 64 pixels: PSNR, SSIM and perceptual distance of bicubic, squared error and GAN',
  minutes: 20,
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
  const forLoss = await faceNetwork(people.labelledBy('hair'), { seconds, key: fold(k, 2) })
  const forMeasure = await faceNetwork(people.labelledBy('mouth'), { seconds, key: fold(k, 3) })
  const { width, blocks, rate, gameRate, weights } = settings
  const network = srResNet({ shape: [size / factor, size / factor, 3], factor, width, blocks, key: fold(k, 4) })
  const byError = superResolution({ network })
  const small = byError.shrink(x)
  const bicubic = tidy(() => clipByValue(resizeImages(small, [size, size], 'antialias-bicubic'), 0, 1)) as Tensor4D
  const timed = { ema: 0.99, marks: 1, measure: async () => {}, progress: context.progress }
  const first = { ...timed, minutes: context.minutes * shares.error, key: fold(k, 5) }
  const errorTraining = await trainTimed(byError, batches, { ...first, optimizer: adam({ learningRate: rate }) })
  const mse = byError.upscale(small)
  const discriminator = dcganDiscriminator({ shape: [size, size, 3], widths: [16, 32, 64, 128], key: fold(k, 6) })
  const perceptual = perceptualLoss({ features: forLoss.layers })
  const game = superResolution({ network, discriminator, perceptual, weights, penalties: [r1({ weight: 1 })] })
  const optimizer = adam({ learningRate: gameRate, beta1: 0.5 })
  const second = { ...timed, minutes: context.minutes * shares.game, key: fold(k, 7) }
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
    return encodePng(grid(concat(rows) as Tensor4D, { columns }))
  })
}
