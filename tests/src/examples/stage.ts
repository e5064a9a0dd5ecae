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
import { type Key, key, normal, uniform } from '@gen/backend'
import { registerSimdBackend } from '@gen/backend-simd'
import { diffusionToDiffusers, unet2D } from '@gen/convert'
import { dataset } from '@gen/data'
import { diffusion, discreteSchedule, pointDenoiser } from '@gen/diffusion'
import { actnorm, realNvp } from '@gen/flows'
import { gan, mlpDiscriminator, mlpGenerator } from '@gen/gan'
import { encodeNpy, encodeNpz, encodePng, encodeSafetensors } from '@gen/io'
import { folderStore, writeModelFolder } from '@gen/io/node'
import { attributeDirection, fitLinearMap, type LatentModel, linearMapToJson } from '@gen/latent-tools'
import { loadDigitModel } from '@gen/metrics/digits'
import { mlp } from '@gen/nn'
import { gaussianMixture, standardNormal } from '@gen/priors'
import { ardm, characters } from '@gen/tokens'
import { adamW, fit, last, type Trainable, variablesOf } from '@gen/train'
import { unet } from '@gen/unet'
import { mlpNetworks, standardVae, twoStage, vqVae } from '@gen/vae'
import * as tf from '@tensorflow/tfjs-core'
import {
  add,
  div,
  fill,
  matMul,
  mean,
  mul,
  neg,
  ones,
  reshape,
  round,
  type Scalar,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tidy,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { lossPlot } from '../../../packages/cli/src/figure/loss-plot.ts'
import { scatterPlot } from '../../../packages/cli/src/figure/scatter-plot.ts'
import { integer } from '../../../packages/cli/src/flags.ts'
import { assertRoom, mostHeld } from '../../../packages/cli/src/limits.ts'
import { sortWords } from '../../../packages/cli/src/words.ts'

/** What `LayersModel.save` writes. */
async function savedLayers(): Promise<Record<string, Uint8Array>> {
  const saved: Record<string, Uint8Array> = {}
  const network = sequential({ layers: [layers.dense({ units: 4, inputShape: [3] })] })
  const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    const weightsManifest = [{ paths: ['group1.bin'], weights: weightSpecs }]
    saved['model.json'] = new TextEncoder().encode(JSON.stringify({ modelTopology, weightsManifest }))
    if (weightData instanceof ArrayBuffer) saved['group1.bin'] = new Uint8Array(weightData)
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
  })
  await network.save(handler)
  return saved
}

/** Makes what the examples of one package find, once for all of them; in a temporary working folder. */
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

/** q(z | x) of some rows. */
const posterior = (count: number) => ({ mean: vectors(5, count), logVariance: zeros([count, 4]) })

const points = { at: (index: number) => ({ x: normal(key(index), [16, 2]) }) }

/** IDX files of three images of 2 × 2 and of their labels. */
const idxLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2)
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, ...new Array<number>(12).fill(7))

/** A model of data by codes of eight numbers that is linear both ways: 4 × 4 images for the tools of latent spaces. */
function linearModel(seed: number): LatentModel {
  const weights = vectors(seed, 8, 16)
  return {
    latentSize: 8,
    decode: (z) => tidy(() => reshape(matMul(z, weights), [-1, 4, 4, 1])),
    encode: (x) => tidy(() => matMul(reshape(x, [-1, 16]), weights, false, true)),
  }
}

/** Codes of the same data in two spaces, related by a linear map but for noise. */
function pairedCodes(seed: number, count: number): { a: Tensor2D; b: Tensor2D } {
  const a = vectors(seed, count, 8)
  const noise = mul(vectors(seed + 1, count, 8), 0.1)
  return { a, b: tidy(() => add(matMul(a, vectors(99, 8, 8)), noise)) }
}

const halves = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 2)

/** By package. */
export const stages: Readonly<Record<string, Stage>> = {
  backend: () => ({
    ...{ values: [ones([2])], gradients: [ones([2])], m: [ones([2])], v: [ones([2])] },
    groups: 8,
    decay: 0.99,
    loss: 0.5,
    ...{ losses: ones([2]), label: tensor1d([0, 1], 'int32') },
    ...{ inputs: 2, outputs: 3, parts: 2, compose: (size: number) => ones([size]) },
    load: async () => ones([2]),
    use: async () => {},
  }),
  'backend-simd': async () => {
    registerSimdBackend()
    await tf.setBackend('simd')
    return { tf }
  },
  cli: () => ({ assertRoom, integer, lossPlot, mostHeld, scatterPlot, sortWords }),
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
    painter: diffusion({ network: unet({ shape: [4, 4, 3], widths: [4, 4], depth: 1 }) }),
    person: ones([1, 4, 4, 3]),
    dreamer: diffusion({ network: pointDenoiser({ size: 2, context: [4], key: key(0) }) }),
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
    return {
      ...files,
      samples: images(),
      frames: images(3, 8),
      config,
      tensors,
      weights: {},
      z: ones([2, 2]),
      labels: ones([2]),
      app1: new Uint8Array(20),
    }
  },
  gan: () => {
    const shape = [28, 28, 1]
    const generator = mlpGenerator({ shape, latentSize: 4, widths: [8], key: key(0) })
    const discriminator = mlpDiscriminator({ shape, widths: [8], key: key(1) })
    const batches = { at: () => ({ x: images(1, 16, 3) }) }
    const features = (x: Tensor4D) => [x]
    return { batches, features, draw: () => {}, images: images(1), model: gan({ generator, discriminator }) }
  },
  'latent-tools': () => {
    const [gan, vae] = [linearModel(0), linearModel(1)]
    const support = pairedCodes(2, 32)
    const map = fitLinearMap(support)
    const [glasses, mouth, smile, age] = [3, 4, 5, 6].map((seed) =>
      attributeDirection(vectors(seed, 32, 8), halves(32), { key: key(0) }),
    )
    const wide = (z: Tensor2D) => tidy(() => reshape(z, [-1, 8, 8, 1]))
    return {
      ...files,
      ...{ gan, vae, decoder: vae, model: { latentSize: 64, decode: wide } },
      ...{ support, train: pairedCodes(2, 512), test: pairedCodes(7, 32), map, ganToVae: map, vaeToFlow: map },
      ...{
        supportLabels: halves(32),
        testLabels: halves(32),
        labels: halves(64),
        text: JSON.stringify(linearMapToJson(map)),
      },
      ...{
        codes: vectors(8, 64, 8),
        codesA: vectors(8, 64, 8),
        codesB: vectors(9, 64, 8),
        factors: tidy(() => round(vectors(10, 64, 3))),
      },
      ...{ faces: images(600, 4), trainingImages: images(32, 4), images: images(16, 4), frames: images(3, 8) },
      ...{
        codesInGan: vectors(11, 16, 8),
        codesInVae: vectors(12, 16, 8),
        z: vectors(13, 16, 8),
        zGan: vectors(14, 16, 8),
      },
      ...{ glasses, mouth, smile, age, color: { normal: new Float64Array(512).fill(512 ** -0.5) } },
      ...{ w: ones([1, 18 * 512]), smiles: Array.from({ length: 40 }, (_, i) => i), weights: vectors(15, 8, 16) },
      ...{ relative: { rows: 2, columns: 2, data: Float64Array.of(1, 0.1, 0.2, 1) }, points: vectors(16, 3, 8) },
      ...{ from: tensor1d([1, 0, 0, 0, 0, 0, 0, 0]), to: tensor1d([0, 1, 0, 0, 0, 0, 0, 0]), line: vectors(17, 5, 8) },
      ...{ a: tensor1d([1, 0, 0, 0, 0, 0, 0, 0]), b: tensor1d([0, 1, 0, 0, 0, 0, 0, 0]), way: vectors(18, 5, 8) },
      ...{
        code: ones([8]),
        dense: { kernel: { read: () => vectors(15, 8, 16) } },
        layer: { apply: (z: Tensor2D) => square(z) },
      },
      classifier: { predict: (x: Tensor4D) => tidy(() => slice(reshape(x, [-1, 16]), [0, 0], [-1, 2])) },
      network: { features: (x: Tensor4D) => tidy(() => reshape(x, [-1, 16])) },
    }
  },
  'linear-algebra': () => ({ vae: linearModel(1), images: images(16, 4) }),
  losses: () => {
    const generator = mlpGenerator({ shape: [2], latentSize: 4, widths: [8], key: key(0) })
    const discriminator = mlpDiscriminator({ shape: [2], widths: [8], key: key(1) })
    const critic = (x: Tensor) => sum(x, 1)
    const quantized = tidy(() => div(round(mul(images(), 3)), 3))
    return {
      ...{ generator, discriminator, critic, x: vectors(1, 4, 2), generated: vectors(2, 4, 2) },
      ...{
        images: images(),
        decoded: images(),
        logits: images(),
        output: images(4, 28, 2),
        quantized,
        scores: images(4, 28, 4),
      },
      ...{ q: posterior(4), z: vectors(3, 4), codes: vectors(4, 64), prior: standardNormal(4) },
      ...{ restored: images(2, 192), original: images(2, 192), classifier: { predict: (x: Tensor4D) => mean(x, 3) } },
    }
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
      ...{ model: Object.assign(digits.network, { sample: async ({ key: k }: { key: Key }) => normal(k, [64, 2]) }) },
    }
  },
  convert: async () => {
    const one = { block_out_channels: [8], norm_num_groups: 4, in_channels: 1, out_channels: 1, sample_size: 4 }
    const network = unet2D({ ...one, down_block_types: ['DownBlock2D'], up_block_types: ['UpBlock2D'] })
    const denoiser = diffusion({ network, schedule: discreteSchedule() })
    const made = { data: new Float32Array(2 * 64), dims: [2, 1, 8, 8] }
    const session = {
      ...{ inputNames: ['z'], outputNames: ['x'], run: async () => ({ x: made }) },
      inputMetadata: [{ name: 'z', shape: ['batch', 4] }],
      outputMetadata: [{ name: 'x', shape: ['batch', 1, 8, 8] }],
    }
    return {
      diffusersFolder: await diffusionToDiffusers({ model: denoiser, network }),
      model: standardVae({ shape: [8, 8, 1], latentSize: 2, network: mlpNetworks({ widths: [8] }), key: key(0) }),
      session,
      onnxFolder: { 'generator.onnx': new Uint8Array(), 'config.json': new TextEncoder().encode('{"range": [-1, 1]}') },
      onnxruntime: { InferenceSession: { create: async () => session }, Tensor: class {} },
      OrtTensor: class {},
      kerasFile: new Uint8Array(
        readFileSync(fileURLToPath(new URL('../../../fixtures/keras/encoder.keras', import.meta.url))),
      ),
      tfjsFiles: await savedLayers(),
    }
  },
  open: async () => {
    const model = standardVae({ shape: [8, 8, 1], latentSize: 2, network: mlpNetworks({ widths: [8] }), key: key(0) })
    const config = { family: 'vae', model: model.config }
    await writeModelFolder('runs/digits/model', { config, tensors: variablesOf(model), card: 'x' })
    const names = ['config.json', 'model.safetensors']
    const [configBytes, weightBytes] = names.map((name) => new Uint8Array(readFileSync(`runs/digits/model/${name}`)))
    const dropped: Record<string, unknown> = { 'config.json': configBytes, 'model.safetensors': weightBytes }
    return { configBytes, weightBytes, images: images(4, 8), readDropped: async (name: string) => dropped[name] }
  },
  priors: () => {
    const encode = (x: Tensor) => tidy(() => slice(reshape(x, [x.shape[0] ?? 0, -1]), [0, 0], [-1, 4]) as Tensor2D)
    return {
      ...{ images: images(40, 4), model: { encode, decode: (z: Tensor2D) => z.clone() } },
      ...{ prior: standardNormal(4), q: posterior(40), proposal: posterior(40) },
      ...{
        mixture: gaussianMixture({
          means: [
            [-1, 0, 0, 0],
            [1, 0, 0, 0],
          ],
          deviations: [
            [1, 1, 1, 1],
            [1, 1, 1, 1],
          ],
        }),
      },
      logLikelihood: (x: Tensor, z: Tensor2D) => tidy(() => neg(sum(square(sub(encode(x), z)), 1))),
      encoder: (x: Tensor) => ({ mean: encode(x), logVariance: zeros([x.shape[0] ?? 0, 4]) }),
    }
  },
  model: () => ({}),
  nn: () => ({ x: vectors(0, 4, 2), kernel: vectors(1, 4, 3) }),
  tokens: () => ({ model: ardm({ vocabulary: characters(), length: 16, width: 8, depth: 1, key: key(0) }) }),
  train: async () => {
    rmSync('run', { recursive: true, force: true })
    const model = meanModel()
    const checkpoints = { store: folderStore('run/checkpoints'), every: 1 }
    await last(fit(model, points, { steps: 1, optimizer: adamW(), key: key(0), checkpoints }))
    const bytes = encodeSafetensors({ 'denoiser/0': tensor1d([1]) })
    return { model, batches: points, heldOut: points, bytes, show: () => {} }
  },
  unet: () => ({}),
  vae: () => {
    const take = (indices: ArrayLike<number>) => ({
      x: images(indices.length, 8),
      labels: zeros([indices.length], 'int32') as Tensor1D,
    })
    const digits = dataset({ size: 10_000, shape: [8, 8, 1], classes: 10, take })
    const network = mlpNetworks({ widths: [8] })
    const common = { shape: [8, 8, 1], network, key: key(0) }
    const model = standardVae({ ...common, latentSize: 2 })
    return {
      ...{ ...files, digits, batches: digits.batches({ size: 8, key: key(0) }), model, first: model },
      quantized: vqVae({ ...common, latentSize: 4, codes: 4, size: 2 }),
      ...{
        second: twoStage({ first: model, network, key: key(1) }),
        options: { steps: 2, optimizer: adamW(), key: key(4) },
      },
      ...{ encoder: mlp({ inputs: 2, outputs: 4, widths: [4], key: key(0) }), x: vectors(0, 4, 2) },
    }
  },
}
