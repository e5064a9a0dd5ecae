/** Folders of diffusers: what it wrote is read, what is written it reads (fixtures/diffusers/folders.py, check.py). */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { GenError, key, useBackend } from '@gen/backend'
import { encodeSafetensors, toArray } from '@gen/io'
import { add, mul, scalar, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  autoencoderFromDiffusers,
  autoencoderKl,
  autoencoderToDiffusers,
  diffusionFromDiffusers,
  diffusionToDiffusers,
  vqModel,
} from '../index.ts'
import { byFormula, images } from '../testing/numbers.ts'
import { fromPeer, type NamedWeight, toPeer } from '../weights/named-weight.ts'
import { writtenFiles } from './written.fixture.ts'

const fixtures = new URL('../../../../fixtures/diffusers/', import.meta.url)
const folder = (name: string) => async (file: string) => {
  const path = fileURLToPath(new URL(`${name}/${file}`, fixtures))
  return existsSync(path) ? new Uint8Array(await readFile(path)) : undefined
}

interface Checked {
  readonly pipeline: { files: Record<string, string>; result: number[] }
  readonly kl: { files: Record<string, string>; code: number[] }
  readonly vq: { files: Record<string, string>; code: number[] }
}
const checked = JSON.parse(readFileSync(new URL('checked.json', fixtures), 'utf8')) as Checked

beforeAll(async () => {
  await useBackend('simd')
})

async function bits(weights: readonly NamedWeight[]): Promise<Uint8Array> {
  return encodeSafetensors(await toPeer(weights))
}

describe('read', () => {
  it('a pipeline in shards has the weights that it was made with, and samples, trains and maps latents', async () => {
    const { model, network, sampler, schedulerConfig } = await diffusionFromDiffusers(folder('pipeline'))
    expect(await bits(network.weights)).toEqual(encodeSafetensors(byFormula(network.weights)))
    expect(schedulerConfig._class_name).toBe('DDIMScheduler')
    const samples = await model.sample({ count: 2, key: key(0), sampler: sampler({ steps: 2 }) })
    expect(samples.shape).toEqual([2, 4, 4, 1])
    const loss = tidy(() => model.players[0].loss({ x: samples }, key(1)).total.dataSync()[0])
    expect(Number.isFinite(loss)).toBe(true)
    const z = await model.encode(samples, { steps: 2 })
    expect(z.shape).toEqual([2, model.latentSize])
    for (const tensor of [samples, z]) tensor.dispose()
    model.dispose()
  })

  it.each([
    ['float16', 2 ** -11],
    ['bfloat16', 2 ** -8],
  ])('%s is what its digits hold', async (name, room) => {
    const { network } = await diffusionFromDiffusers(folder(name))
    const expected = byFormula(network.weights)
    for (const [weight, raw] of Object.entries(await toPeer(network.weights))) {
      const numbers = toArray(expected[weight]!) as Float32Array
      expect(toArray(raw) as Float32Array).toBeAllClose(numbers, { rtol: room, atol: 1e-7 })
    }
    network.dispose()
  })

  it('images of another size', async () => {
    const { model } = await diffusionFromDiffusers(folder('pipeline'), { size: [6, 8] })
    expect(model.shape).toEqual([6, 8, 1])
    model.dispose()
  })
})

describe('written', () => {
  it('is, byte for byte, what diffusers has loaded', async () => {
    for (const [name, files] of Object.entries(await writtenFiles())) {
      const hashes = Object.entries(files).map(([file, bytes]) => [
        file,
        createHash('sha256').update(bytes).digest('hex'),
      ])
      expect(Object.fromEntries(hashes)).toEqual(checked[name as keyof Checked].files)
    }
  })

  it('a pipeline: gen → diffusers → gen has the same bits, and samples as diffusers sampled it', async () => {
    const { pipeline } = await writtenFiles()
    const { model, network, sampler, schedulerConfig } = await diffusionFromDiffusers(pipeline)
    const again = await diffusionToDiffusers({ model, network, schedulerConfig })
    expect(again['unet/diffusion_pytorch_model.safetensors']).toEqual(
      pipeline['unet/diffusion_pytorch_model.safetensors'],
    )
    expect(again['unet/config.json']).toEqual(pipeline['unet/config.json'])
    const noise = images('start', [2, 8, 8, 1], Math.sqrt(3))
    const samples = await model.sample({ count: 2, key: key(0), noise, sampler: sampler({ steps: 3 }) })
    const expected = checked.pipeline.result.map((x) => Math.min(1, Math.max(0, x / 2 + 0.5)))
    expect(samples.dataSync()).toBeAllClose(expected, { rtol: 0, atol: 1e-4 })
    samples.dispose()
    noise.dispose()
    model.dispose()
  })

  it('autoencoders: the same bits, and the codes that diffusers has of them', async () => {
    const files = await writtenFiles()
    for (const name of ['kl', 'vq'] as const) {
      const model = await autoencoderFromDiffusers(files[name])
      expect(await autoencoderToDiffusers(model)).toEqual(files[name])
      const code = tidy(() => model.encode(mul(add(images('x', [2, 8, 8, 3]), scalar(1)), 0.5)).dataSync())
      expect(code).toBeAllClose(checked[name].code, { rtol: 1e-4, atol: 1e-4 })
      model.dispose()
    }
  })
})

describe('refused', () => {
  const config = { _class_name: 'VQModel', block_out_channels: [8], norm_num_groups: 4, sample_size: 8 }
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

  it('a pickle, with the reason and the line that converts it', async () => {
    const files = { 'config.json': json(config), 'diffusion_pytorch_model.bin': new Uint8Array(4) }
    await expect(autoencoderFromDiffusers(files)).rejects.toThrow(
      /pickle, which can run code when read; in Python.*save_pretrained/,
    )
  })

  it('weights of another config, before any is made', async () => {
    const model = vqModel(config as never)
    const files = await autoencoderToDiffusers(model)
    model.dispose()
    const wider = { ...files, 'config.json': json({ ...config, block_out_channels: [12] }) }
    await expect(autoencoderFromDiffusers(wider)).rejects.toThrow(
      /conv_in.weight as floating-point numbers \[12,3,3,3\], got F32 \[8,3,3,3\]/,
    )
    const huge = { ...files, 'config.json': json({ ...config, block_out_channels: [2 ** 40] }) }
    await expect(autoencoderFromDiffusers(huge)).rejects.toThrow(GenError)
  })

  it('a weight that is not finite, and leaves nothing behind', async () => {
    const model = autoencoderKl({ block_out_channels: [4], norm_num_groups: 2, sample_size: 4 })
    const weights = byFormula(model.weights)
    fromPeer('test', model.weights, weights)
    const files = await autoencoderToDiffusers(model)
    const broken = byFormula(model.weights)
    new DataView(broken['quant_conv.bias']!.data.buffer).setFloat32(0, Number.NaN, true)
    model.dispose()
    const given = { ...files, 'diffusion_pytorch_model.safetensors': encodeSafetensors(broken) }
    await expect(autoencoderFromDiffusers(given)).rejects.toThrow(/quant_conv.bias to be finite, got NaN at 0/)
  })
})
