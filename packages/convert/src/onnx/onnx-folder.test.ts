/** Folders of ONNX files: what is read from them, what must be said, and what breaks. */
import { GenError, key, normal, useBackend } from '@gen/backend'
import { dcgan } from '@gen/gan'
import { mlpNetworks, standardVae } from '@gen/vae'
import { engine, reshape, type Tensor, type Tensor2D, tidy, transpose } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { broken } from '../testing/broken.ts'
import { modelToOnnx } from './model-to-onnx.ts'
import { type OnnxRuntime, onnxFromFolder } from './onnx-folder.ts'
import { toOnnx } from './to-onnx.ts'

/** Errors reach us as errors: the runtime need not print them too. */
const quiet = { logSeverityLevel: 4, intraOpNumThreads: 1 } as const
const runtime = {
  InferenceSession: { create: (bytes: Uint8Array) => InferenceSession.create(bytes, quiet) },
  Tensor: OrtTensor,
} as unknown as OnnxRuntime
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

beforeAll(async () => {
  await useBackend('cpu')
})

/** Six numbers as an image of 3 channels, 1 × 2, as PyTorch lays it, from codes `[6, 1, 1]`. */
const generator = () =>
  toOnnx(([z]) => tidy(() => transpose(reshape(z!, [-1, 1, 2, 3]), [0, 3, 1, 2])), {
    inputs: [{ name: 'z', shape: [6, 1, 1] }],
  })

describe('onnxFromFolder', () => {
  it('opens what modelToOnnx writes: the same codes and images', async () => {
    const vae = standardVae({ shape: [8, 8, 1], latentSize: 4, network: mlpNetworks({ widths: [8] }), key: key(0) })
    const model = await onnxFromFolder(await modelToOnnx(vae), runtime)
    expect([model.shape, model.latentSize]).toEqual([[8, 8, 1], 4])
    const z = normal(key(1), [5, 4]) as Tensor2D
    const [ours, theirs] = [vae.decode(z), await model.decode(z)]
    expect(theirs.dataSync()).toBeAllClose(ours.dataSync(), { rtol: 0, atol: 1e-5 })
    const [code, coded] = [vae.encode(ours), await model.encode!(ours)]
    expect(coded.dataSync()).toBeAllClose(code.dataSync(), { rtol: 1e-4, atol: 1e-4 })
    for (const tensor of [z, ours, theirs, code, coded]) tensor.dispose()
    vae.dispose()
  })

  it('opens a GAN’s as well, which has no encoder', async () => {
    const gan = dcgan({ shape: [8, 8, 1], latentSize: 3, widths: [8], key: key(0) })
    const model = await onnxFromFolder(await modelToOnnx(gan), runtime)
    expect([model.shape, model.latentSize, 'encode' in model]).toEqual([[8, 8, 1], 3, false])
    gan.dispose()
  })

  it('reads shapes of codes and images, and the layout where there are fewer channels than columns', async () => {
    const files = { 'generator.onnx': await generator(), 'config.json': json({ layout: 'NCHW', range: [-1, 1] }) }
    const model = await onnxFromFolder(files, runtime)
    expect([model.shape, model.latentSize]).toEqual([[1, 2, 3], 6])
    const z = normal(key(2), [2, 6]) as Tensor2D
    const x = await model.decode(z)
    const expected = z.dataSync().map((value) => Math.min(1, Math.max(0, (value + 1) / 2)))
    expect(x.dataSync()).toBeAllClose(expected, { rtol: 0, atol: 1e-6 })
    for (const tensor of [z, x]) tensor.dispose()
    const wide = await onnxFromFolder(
      { 'decoder.onnx': new Uint8Array(), 'config.json': json({ range: [0, 1] }) },
      said({ in: ['b', 5], out: ['b', 3, 32, 32] }),
    )
    expect(wide.shape).toEqual([32, 32, 3])
  })

  it.each<[string, Told, object, RegExp]>([
    [
      'no range',
      { in: ['b', 5], out: ['b', 3, 8, 8] },
      {},
      /range of the images, got none; write \{"range": \[-1, 1\]\}/,
    ],
    [
      'a range that is none',
      { in: ['b', 5], out: ['b', 3, 8, 8] },
      { range: 'tanh' },
      /expected range \[least, most\]/,
    ],
    ['sizes that leave it open', { in: ['b', 5], out: ['b', 3, 4, 3] }, { range: [0, 1] }, /layout of images.*"NCHW"/],
    [
      'free sizes',
      { in: ['b', 'n'], out: ['b', 3, 8, 8] },
      { range: [0, 1] },
      /decoder.onnx to say the shape of in, all/,
    ],
    ['no sizes', { in: [], out: ['b', 3, 8, 8] }, { range: [0, 1] }, /decoder.onnx to say the shape/],
    ['classes', { in: ['b', 5], out: ['b', 3, 8, 8], more: true }, { range: [0, 1] }, /one input, got in, label/],
  ])('asks for what it cannot know: %s', async (_, told, config, message) => {
    const files = { 'decoder.onnx': new Uint8Array(), 'config.json': json(config) }
    await expect(onnxFromFolder(files, said(told))).rejects.toThrow(message)
  })

  it('names the files that it looks for', async () => {
    await expect(onnxFromFolder({}, runtime)).rejects.toThrow(
      /decoder.onnx or generator.onnx, got neither; name the file/,
    )
  })
})

interface Told {
  readonly in: readonly (number | string)[]
  readonly out: readonly (number | string)[]
  readonly more?: boolean
}

/** A runtime whose sessions say this of themselves. */
function said({ in: given, out, more = false }: Told): OnnxRuntime {
  const inputMetadata = [{ name: 'in', shape: given }, ...(more ? [{ name: 'label', shape: ['b'] }] : [])]
  const session = {
    inputNames: ['in'],
    outputNames: ['out'],
    inputMetadata,
    outputMetadata: [{ name: 'out', shape: out }],
  }
  return { ...runtime, InferenceSession: { create: async () => ({ ...session, run: async () => ({}) }) } }
}

it('1,000 broken files: images or a clear error, and nothing left', async () => {
  const files = { 'generator.onnx': await generator(), 'config.json': json({ layout: 'NCHW', range: [-1, 1] }) }
  const before = engine().state.numTensors
  let errors = 0
  for (let i = 0; i < 1000; i++) {
    let [z, x]: (Tensor | undefined)[] = []
    try {
      const name = i % 4 === 0 ? 'config.json' : 'generator.onnx'
      const model = await onnxFromFolder({ ...files, [name]: broken(files[name], i) }, runtime)
      // A size that was changed may be one that cannot be held: of a code, none is made that is larger than the file.
      if (model.latentSize > files['generator.onnx'].length) continue
      z = normal(key(3), [1, model.latentSize])
      x = await model.decode(z as Tensor2D)
    } catch (error) {
      if (!GenError.is(error)) throw error
      expect(error.message).toMatch(/^convert\.onnx(Model|FromFolder): /)
      errors += 1
    } finally {
      z?.dispose()
      x?.dispose()
    }
    expect(engine().state.numTensors, `file ${i}`).toBe(before)
  }
  expect(errors).toBeGreaterThan(500)
}, 60_000)
