/** ONNX files of presets of every family, run by onnxruntime at batch 1 and 7. */
import { key, normal, uniform, useBackend } from '@gen/backend'
import { type Diffusion, diffusion, flowMatching, pointDenoiser } from '@gen/diffusion'
import { cnf, type Flow, glow, iaf, maf, nice, nsf, nsfAutoregressive, realNvp } from '@gen/flows'
import { dcgan, type Gan, projectionGan, r3gan, sngan, standardGan } from '@gen/gan'
import { unet } from '@gen/unet'
import {
  autoencoder,
  betaTcVae,
  betaVae,
  computedGamma,
  conditionalVae,
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
import { add, fill, mul, type Tensor, type Tensor1D, type Tensor2D, tidy, type Variable } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { unet2D } from '../unet-2d/unet-2d.ts'
import { modelToOnnx } from './model-to-onnx.ts'
import { onnxModel } from './onnx-model.ts'
import { toOnnx } from './to-onnx.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

async function run(
  bytes: Uint8Array,
  given: Record<string, Tensor>,
): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>> {
  const session = await InferenceSession.create(bytes)
  const feeds = Object.fromEntries(
    Object.entries(given).map(([name, tensor]) => [
      name,
      new OrtTensor(tensor.dtype as 'float32', tensor.dataSync() as Float32Array, tensor.shape),
    ]),
  )
  return (await session.run(feeds)) as never
}

/** Within 1e-4 of the result's size. */
function same(got: { data: Float32Array; dims: readonly number[] }, expected: Tensor): void {
  expect(got.dims).toEqual(expected.shape)
  const values = expected.dataSync()
  const size = Math.hypot(...values) / Math.sqrt(values.length)
  expect(got.data).toBeAllClose(values, { rtol: 1e-4, atol: 1e-4 * size })
}

/** Weights as after a training: fresh ones are zeros in places, and results that are nothing have no size to compare with. */
function stirred<M extends { variables(): Variable[] }>(model: M): M {
  for (const [i, variable] of model.variables().entries()) {
    tidy(() => variable.assign(add(variable, mul(normal(key(100 + i), variable.shape), 0.05))))
  }
  return model
}

const image = { shape: [8, 8, 1], latentSize: 4, network: mlpNetworks({ widths: [12] }), key: key(0) }
const conv = { shape: [28, 28, 1], latentSize: 4, key: key(1) }
const vaes: [string, () => Vae][] = [
  ['standardVae', () => standardVae(conv)],
  ['conditionalVae', () => conditionalVae({ ...image, classes: 3 })],
  ['autoencoder', () => autoencoder(image)],
  ['betaVae', () => betaVae(image)],
  ['betaTcVae', () => betaTcVae({ ...image, datasetSize: 100 } as never)],
  ['computedGamma', () => computedGamma(image)],
  ['rae', () => rae(image)],
  ['wae', () => wae(image)],
  ['iwae', () => iwae(image)],
  ['vampVae', () => vampVae({ ...image, components: 3 })],
  ['vqVae', () => vqVae({ ...image, latentSize: 8, size: 2, codes: 8 })],
  ['splitVae', () => splitVae(image)],
]
const rows = (at: number, shape: readonly number[], count: number) => normal(key(at), [count, ...shape]) as Tensor2D

describe.each(vaes)('%s', (_, make) => {
  it('encoder and decoder', async () => {
    const model = stirred(make())
    const files = await modelToOnnx(model)
    for (const count of [1, 7]) {
      const [x, z] = [uniform(key(2), [count, ...model.shape]), rows(3, [model.latentSize], count)]
      const label: Record<string, Tensor1D> =
        model.config.classes > 0 ? { label: fill([count], 2, 'int32') as Tensor1D } : {}
      const labels = label.label ? { labels: label.label } : {}
      const [coded, made] = [
        await run(files['encoder.onnx']!, { x, ...label }),
        await run(files['decoder.onnx']!, { z, ...label }),
      ]
      tidy(() => {
        same(coded.mean!, model.posterior(x, labels).mean)
        same(made.x!, model.decode(z, labels))
      })
      for (const tensor of [x, z, ...Object.values(label)]) tensor.dispose()
    }
    model.dispose()
  })
})

const gans: [string, () => Gan][] = [
  ['standardGan', () => standardGan({ shape: [2], key: key(0) })],
  ['dcgan', () => dcgan({ shape: [28, 28, 1], latentSize: 6, widths: [8, 4], key: key(0) })],
  ['sngan', () => sngan({ shape: [16, 16, 1], latentSize: 6, widths: [8, 4], key: key(0) })],
  ['r3gan', () => r3gan({ shape: [16, 16, 1], latentSize: 6, widths: [8, 4], key: key(0) })],
  [
    'projectionGan',
    () => projectionGan({ shape: [16, 16, 1], latentSize: 6, widths: [8, 4], classes: 3, key: key(0) }),
  ],
]

describe.each(gans)('%s', (_, make) => {
  it('generator', async () => {
    const model = stirred(make())
    const files = await modelToOnnx(model)
    for (const count of [1, 7]) {
      const z = rows(4, [model.latentSize], count)
      const label: Record<string, Tensor1D> =
        model.config.classes > 0 ? { label: fill([count], 1, 'int32') as Tensor1D } : {}
      const made = await run(files['generator.onnx']!, { z, ...label })
      tidy(() => same(made.x!, model.decode(z, label.label ? { labels: label.label } : {})))
      for (const tensor of [z, ...Object.values(label)]) tensor.dispose()
    }
    model.dispose()
  })
})

const flows: [string, () => Flow<never>][] = [
  ['nice', () => nice(3, { key: key(0) })],
  ['realNvp', () => realNvp(3, { key: key(0), classes: 2 })],
  ['maf', () => maf(3, { key: key(0) })],
  ['iaf', () => iaf(3, { key: key(0) })],
  ['nsf', () => nsf(3, { key: key(0) })],
  ['nsfAutoregressive', () => nsfAutoregressive(2, { key: key(0), layers: 2 })],
  ['cnf of four steps', () => cnf(2, { key: key(0), hidden: [8], steps: 4 })],
  ['glow', () => glow([8, 8, 1], { key: key(0), levels: 1, steps: 1 } as never)],
] as never

describe.each(flows)('%s', (_, make) => {
  it('both ways', async () => {
    const model = stirred(make())
    const files = await modelToOnnx(model)
    for (const count of [1, 7]) {
      const [x, z] = [uniform(key(5), [count, ...model.shape]), rows(6, [model.latentSize], count)]
      const label: Record<string, Tensor1D> = model.classes > 0 ? { label: fill([count], 1, 'int32') as Tensor1D } : {}
      const given = label.label ? { labels: label.label } : {}
      const [to, from] = [
        await run(files['forward.onnx']!, { x, ...label }),
        await run(files['inverse.onnx']!, { z, ...label }),
      ]
      tidy(() => {
        const [forth, back] = [model.forward(x as never, given), model.inverse(z, given)]
        same(to.value!, forth.value)
        same(to.logDet!, forth.logDet)
        same(from.value!, back.value)
        same(from.logDet!, back.logDet)
      })
      for (const tensor of [x, z, ...Object.values(label)]) tensor.dispose()
    }
    model.dispose()
  })
})

const small = { shape: [8, 8, 1], widths: [8, 16], depth: 1 }
const types = { down_block_types: ['DownBlock2D', 'AttnDownBlock2D'], up_block_types: ['AttnUpBlock2D', 'UpBlock2D'] }
const peer = { in_channels: 1, out_channels: 1, block_out_channels: [8, 8], norm_num_groups: 4, layers_per_block: 1 }
const denoisers: [string, () => Diffusion][] = [
  ['points', () => diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })],
  [
    'points with classes',
    () => diffusion({ network: pointDenoiser({ size: 2, classes: 3, key: key(0) }), classes: 3 }),
  ],
  ['flowMatching of points', () => flowMatching({ network: pointDenoiser({ size: 2, key: key(0) }) })],
  ['unet', () => diffusion({ network: unet({ ...small, attention: [1], headSize: 8 }) })],
  [
    'unet with classes, added',
    () =>
      diffusion({
        network: unet({ ...small, classes: 3, embedding: 'add', down: 'conv', up: 'bilinear' }),
        classes: 3,
      }),
  ],
  ['unet, beside', () => diffusion({ network: unet({ ...small, embedding: 'concat', up: 'conv' }) })],
  ['unet2D', () => diffusion({ network: unet2D({ ...peer, ...types, sample_size: 8 }) })],
]

describe.each(denoisers)('denoiser: %s', (_, make) => {
  it('ε', async () => {
    const model = stirred(make())
    const files = await modelToOnnx(model)
    for (const count of [1, 7]) {
      const [x, alpha] = [rows(7, model.shape, count), tidy(() => uniform(key(8), [count]) as Tensor1D)]
      const label: Record<string, Tensor1D> =
        model.config.classes > 0 ? { label: fill([count], 1, 'int32') as Tensor1D } : {}
      const made = await run(files['denoiser.onnx']!, { x, alpha, ...label })
      tidy(() => same(made.eps!, model.denoise(x, alpha, label)))
      for (const tensor of [x, alpha, ...Object.values(label)]) tensor.dispose()
    }
    model.dispose()
  })
})

describe('onnxModel', () => {
  it('has the numbers of the model that was written, in both layouts', async () => {
    const model = standardVae(image)
    const decoder = await toOnnx(([z]) => model.decode(z as Tensor2D), { inputs: [{ name: 'z', shape: [4] }] })
    const encoder = await toOnnx(([x]) => model.encode(x!), { inputs: [{ name: 'x', shape: [8, 8, 1] }] })
    const sessions = {
      decoder: await InferenceSession.create(decoder),
      encoder: await InferenceSession.create(encoder),
    }
    const there = onnxModel({
      ...sessions,
      tensor: OrtTensor as never,
      shape: [8, 8, 1],
      latentSize: 4,
      layout: 'NHWC',
      range: [0, 1],
    } as never)
    const z = rows(9, [4], 5)
    const [ours, theirs] = [model.decode(z), await there.decode(z)]
    expect(theirs.dataSync()).toBeAllClose(ours.dataSync(), { rtol: 0, atol: 1e-5 })
    const [code, coded] = [model.encode(ours), await there.encode!(ours)]
    expect(coded.dataSync()).toBeAllClose(code.dataSync(), { rtol: 1e-4, atol: 1e-4 })
    for (const tensor of [z, ours, theirs, code, coded]) tensor.dispose()
    model.dispose()
  })

  it('says which way round, and what range', async () => {
    const wide = { shape: [6, 8, 3], latentSize: 2 }
    const bytes = await toOnnx(([z]) => (z as never as { reshape(s: number[]): Tensor }).reshape([-1, 6, 8, 3]), {
      inputs: [{ name: 'z', shape: [144] }],
    }).catch(() => undefined)
    expect(bytes).toBeUndefined()
    const options = { ...wide, tensor: OrtTensor as never, decoder: {} as never }
    expect(() => onnxModel({ ...options, layout: 'CHW' as never, range: [0, 1] })).toThrow(
      /layout 'NCHW' or 'NHWC', got "CHW"; pass 'NCHW'/,
    )
    expect(() => onnxModel({ ...options, layout: 'NCHW', range: [1, 0] })).toThrow(
      /range \[least, most\].*\[-1, 1\] for images after a tanh/,
    )
  })
})

it('refuses a function whose numbers lead its steps, and one that draws', async () => {
  const inputs = [{ name: 'x', shape: [2] }]
  await expect(toOnnx(([x]) => fill([2, 2], x!.dataSync()[0]!), { inputs })).rejects.toThrow(
    /constants that do not depend/,
  )
  await expect(toOnnx(([x]) => normal(key(0), x!.shape), { inputs })).rejects.toThrow(
    /constants whose rows are the same/,
  )
  const adaptive = stirred(cnf(2, { key: key(0), hidden: [8] }))
  await expect(modelToOnnx(adaptive as never)).rejects.toThrow(/expected (the same steps|constants|2 results)/)
  adaptive.dispose()
})
