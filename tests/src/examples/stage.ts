/**
 * What stands at the reader's hand in an example without being said: "your images", "your model". An example may use the public
 * names of all packages and of TensorFlow.js, and these; any other free name is a mistake in it.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { key, normal, uniform } from '@gen/backend'
import { registerSimdBackend } from '@gen/backend-simd'
import { diffusion, pointDenoiser } from '@gen/diffusion'
import { actnorm, realNvp } from '@gen/flows'
import { encodeNpy, encodeNpz, encodePng, encodeSafetensors } from '@gen/io'
import { folderStore, writeModelFolder } from '@gen/io/node'
import { loadDigitModel } from '@gen/metrics/digits'
import { mlp } from '@gen/nn'
import { adamW, fit, last, type Trainable } from '@gen/train'
import * as tf from '@tensorflow/tfjs-core'
import {
  fill,
  mean,
  ones,
  type Scalar,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core'

/** Makes what an example finds, anew for each; in a temporary working folder. */
export type Stage = () => Record<string, unknown> | Promise<Record<string, unknown>>

const images = (count = 4, side = 28, channels = 1): Tensor4D =>
  uniform(key(1), [count, side, side, channels]) as Tensor4D
const vectors = (seed: number, count = 32, size = 4): Tensor2D => normal(key(seed), [count, size]) as Tensor2D
const files = { readFile, writeFile }

function save(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

/** A model of one number, the mean of the data. */
function meanModel(): Trainable<{ x: Tensor }> {
  const weight = variable(tensor1d([0]))
  const loss = ({ x }: { x: Tensor }) => ({ total: tidy(() => mean(square(sub(x, weight))) as Scalar) })
  return { players: [{ name: 'denoiser', variables: () => [weight], loss }] }
}

const points = { at: (index: number) => ({ x: normal(key(index), [16, 2]) }) }

/** IDX files of three images of 2 × 2 and of their labels. */
const idxLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2)
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, ...new Array<number>(12).fill(7))

/** By package. One that is not here is in the making. */
export const stages: Readonly<Record<string, Stage>> = {
  backend: () => ({
    ...{ values: [ones([2])], gradients: [ones([2])], m: [ones([2])], v: [ones([2])] },
    groups: 8,
    decay: 0.99,
    loss: 0.5,
    load: async () => ones([2]),
    use: async () => {},
  }),
  'backend-simd': async () => {
    registerSimdBackend()
    await tf.setBackend('simd')
    return { tf }
  },
  data: () => {
    writeFileSync('latents.npy', encodeNpy(ones([4, 8])))
    writeFileSync('digits.npz', encodeNpz({ x_train: ones([4, 8, 8]), y_train: tensor1d([0, 1, 2, 1], 'int32') }))
    save('cifar-10-batches-bin/test_batch.bin', new Uint8Array(3073))
    save('cifar-100-binary/train.bin', new Uint8Array(3074))
    save('train-images-idx3-ubyte.gz', gzipSync(idx))
    const face = new Uint8Array(encodePng(images(1)))
    save('faces/one.png', face)
    const found = { input: { files: [new File([face], 'one.png')] }, labels: idxLabels, images: idx }
    return { ...files, ...found, pixels: new Uint8Array(10 * 32 * 32 * 3), points: vectors(0, 8, 2) }
  },
  diffusion: () => ({
    batches: points,
    x0: vectors(1, 4, 2),
    xt: vectors(2, 4, 2),
    alpha: fill([4], 0.5),
    model: diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) }),
  }),
  flows: () => {
    const layer = actnorm([8, 8, 4])
    return { ...files, images: images(2), layer, model: realNvp(2, { key: key(0) }), x: vectors(0, 4, 2) }
  },
  io: async () => {
    const tensors = { x: ones([2, 2]), y: tensor1d([1, 2]) }
    const config = { family: 'demo' }
    save('train-images-idx3-ubyte.gz', gzipSync(idx))
    save('xy.npz', encodeNpz(tensors))
    save('model.safetensors', encodeSafetensors(tensors))
    writeFileSync('x.npy', encodeNpy(ones([2])))
    writeFileSync('labels.npy', encodeNpy(tensor1d([0, 1], 'int32')))
    writeFileSync('face.png', encodePng(images(1)))
    await writeModelFolder('digits', { config, tensors, card: { name: 'digits', data: 'MNIST', seed: 0 } })
    return { ...files, samples: images(), config, tensors, weights: {}, z: ones([2, 2]), labels: ones([2]) }
  },
  metrics: async () => {
    const weights = fileURLToPath(import.meta.resolve('@gen/metrics/weights/digits.safetensors'))
    save('digits.safetensors', readFileSync(weights))
    const digits = await loadDigitModel()
    return {
      ...files,
      ...{
        images: images(20),
        realImages: images(),
        fakeImages: images(),
        samples: images(8, 32),
        restored: images(2, 192),
        original: images(2, 192),
      },
      ...{ real: vectors(1), fake: vectors(2), realFeatures: vectors(1), fakeFeatures: vectors(2) },
      ...{ realPoints: vectors(1), fakePoints: vectors(2), features: vectors(3), points: vectors(4, 64, 2) },
      ...{ batches: [vectors(1), vectors(2)], labels: [0, 1, 999], logProb: fill([4], -500), table: [] },
      ...{ digits, network: digits.network, classify: digits.classify, layers: (x: Tensor4D) => [x] },
      ...{ model: Object.assign(digits.network, { sample: async () => ones([64, 2]) }) },
    }
  },
  nn: () => {
    const network = mlp({ inputs: 2, outputs: 1, widths: [4], key: key(0) })
    return { x: vectors(0, 4, 2), kernel: vectors(1, 4, 3), network, prediction: ones([4, 1]) }
  },
  train: async () => {
    rmSync('run', { recursive: true, force: true })
    const model = meanModel()
    const checkpoints = { store: folderStore('run/checkpoints'), every: 1 }
    await last(fit(model, points, { steps: 1, optimizer: adamW(), key: key(0), checkpoints }))
    const bytes = encodeSafetensors({ 'denoiser/0': tensor1d([1]) })
    return { model, batches: points, bytes, show: () => {} }
  },
  unet: () => ({}),
}
