/** `gen align` and `gen edit` on folders of ONNX files, and on others' folders: they work, or say what would. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, uniform, useBackend } from '@gen/backend'
import { autoencoderToDiffusers, modelToOnnx, vqModel } from '@gen/convert'
import { dcgan } from '@gen/gan'
import { encodeNpz } from '@gen/io'
import { mlpNetworks, standardVae } from '@gen/vae'
import { disposeVariables, engine, type Tensor } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openLatent, withEncoder } from '../run/latent-model.ts'
import { openRecoder } from '../run/recoder.ts'
import { alignCommand } from './align.ts'
import { editCommand } from './edit.ts'
import { sampleCommand } from './sample.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-strangers-'))
const at = (name: string) => join(home, name)
const log = vi.spyOn(console, 'log').mockReturnValue()

function write(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  mkdirSync(at(folder), { recursive: true })
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(at(folder), name), bytes)
}

const dispose = () => {
  engine().endScope()
  disposeVariables()
}

beforeEach(() => engine().startScope())
afterEach(dispose)
beforeAll(async () => {
  await useBackend('cpu')
  engine().startScope()
  const shape = [8, 8, 1]
  const vaes = [1, 2].map((seed) =>
    standardVae({ shape, latentSize: 3, network: mlpNetworks({ widths: [8] }), key: key(seed) }),
  )
  for (const [i, vae] of vaes.entries()) write(`vae-${i}`, await modelToOnnx(vae))
  write('gan', await modelToOnnx(dcgan({ shape, latentSize: 3, widths: [8], key: key(0) })))
  const { 'config.json': _, ...silent } = await modelToOnnx(vaes[0]!)
  write('silent', silent)
  write('broken', { ...(await modelToOnnx(vaes[0]!)), 'decoder.onnx': new Uint8Array(100) })
  write(
    'coder',
    await autoencoderToDiffusers(
      vqModel({ sample_size: 8, in_channels: 1, out_channels: 1, block_out_channels: [4], norm_num_groups: 2 }),
    ),
  )
  const x = uniform(key(3), [60, ...shape]) as Tensor
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2)
  const raw = (dtype: 'F32' | 'I32', sizes: number[], values: Float32Array | Int32Array) => ({
    dtype,
    shape: sizes,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  })
  const file = { x: raw('F32', [60, ...shape], x.dataSync<'float32'>()), labels: raw('I32', [60], labels) }
  writeFileSync(at('data.npz'), encodeNpz(file))
  dispose()
})
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
  log.mockRestore()
})

const align = (a: string, b: string, ...more: string[]) => {
  const flags = ['--data', at('data.npz'), '--support', '16', '--test', '20', '--backend', 'cpu', '--out', at('map')]
  return alignCommand.run([at(a), at(b), ...flags, ...more])
}

it('aligns two folders of ONNX files, with a report', async () => {
  await align('vae-0', 'vae-1', '--report')
  const { about } = JSON.parse(readFileSync(at('map/map.json'), 'utf8'))
  expect(about.located).toEqual({ a: 'encode', b: 'encode' })
  expect(existsSync(at('map/pictures.png'))).toBe(true)
  expect(readFileSync(at('map/report.md'), 'utf8')).toContain('# ')
})

it('aligns an autoencoder of diffusers’ with ONNX files', async () => {
  await align('coder', 'vae-1')
  const { about } = JSON.parse(readFileSync(at('map/map.json'), 'utf8'))
  expect([about.a, about.b]).toEqual([at('coder'), at('vae-1')])
})

it('edits an attribute of examples through ONNX files', async () => {
  const flags = [
    '--data',
    `${at('data.npz')}?labels=labels`,
    '--attribute',
    '1',
    '--count',
    '60',
    '--shown',
    '2',
    '--steps',
    '3',
  ]
  await editCommand.run([at('vae-0'), ...flags, '--backend', 'cpu', '--out', at('edit.png')])
  expect([...readFileSync(at('edit.png')).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
})

it('a generator without an encoder gets one, trained on its own samples and kept', async () => {
  const opened = await openLatent('gen test', at('gan'))
  const trained = await openRecoder('gen test', at('gan'), opened.model, { steps: 3 })
  expect(existsSync(at('gan/recoder/model.safetensors'))).toBe(true)
  const kept = await openRecoder('gen test', at('gan'), opened.model, { steps: 3 })
  const x = uniform(key(4), [2, 8, 8, 1])
  expect([...kept!.encode(x).dataSync()]).toEqual([...trained!.encode(x).dataSync()])
  await expect(withEncoder('gen test', at('gan'), opened, 'optimize')).rejects.toThrow(
    /gen test: expected --locate auto or encode, .*has no gradient/,
  )
})

it.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'a range that nobody said',
    () => align('silent', 'vae-1'),
    /gen align \(.*\): expected the range of the images, .*config.json/,
  ],
  [
    'a broken file',
    () => align('broken', 'vae-1'),
    /gen align \(.*broken\): expected decoder.onnx to be a whole ONNX file/,
  ],
  ['data of others', () => alignCommand.run([at('vae-0'), at('vae-1')]), /expected --data, got none; pass --data/],
  [
    'another command',
    () => sampleCommand.run([at('vae-0')]),
    /gen sample: expected a model that samples.*got ONNX files in .*; gen align and gen edit open it/,
  ],
  [
    'to sample an autoencoder of diffusers',
    () => sampleCommand.run([at('coder')]),
    /gen sample: expected a model that samples.*got an autoencoder of diffusers/,
  ],
])('refuses %s, with the remedy', async (_, attempt, message) => {
  await expect(attempt()).rejects.toThrow(message)
})
