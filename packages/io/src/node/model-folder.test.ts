import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { dispose, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelFiles } from '../model-files.ts'
import { toArray } from '../tensors/to-tensor.ts'
import { readModelFolder } from './read-model-folder.ts'
import { writeModelFolder } from './write-model-folder.ts'

let path = ''
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'gen-model-')), 'model')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }))

const config = { kind: 'diffusion', widths: [32, 64], range: [0, 1], name: 'é', nothing: null }
const card = { name: 'digits', data: 'MNIST' }
const write = async (values: number[] = [1, 2]): Promise<void> => {
  const weights = tensor1d(values)
  await writeModelFolder(path, { config, tensors: { weights }, metadata: { step: '7' }, card })
  weights.dispose()
}

describe('a model folder', () => {
  it('holds the files that there are in memory', async () => {
    const tensors = { raw: { dtype: 'U8', shape: [2], data: new Uint8Array([8, 9]) } } as const
    const files = await modelFiles({ config, tensors, card, samples: Uint8Array.of(1) })
    await writeModelFolder(path, { config, tensors, card, samples: Uint8Array.of(1) })
    expect(Object.keys(files).sort()).toEqual(['README.md', 'config.json', 'model.safetensors', 'samples.png'])
    for (const [name, bytes] of Object.entries(files))
      expect(new Uint8Array(await readFile(join(path, name)))).toEqual(bytes)
    await expect(modelFiles({ config: { a: Number.NaN }, tensors, card })).rejects.toThrow(
      /io.modelFiles: expected plain JSON, got NaN at config.a/,
    )
  })

  it('reads back as it was written', async () => {
    const tensors = { a: tensor2d([[1, 2]]), b: tensor1d([3], 'int32') }
    const raw = { dtype: 'U8', shape: [2], data: new Uint8Array([8, 9]) } as const
    await writeModelFolder(path, { config, tensors: { ...tensors, raw }, metadata: { step: '7' }, card })
    const folder = await readModelFolder(path)
    expect(folder.config).toEqual(config)
    expect(folder.metadata).toEqual({ step: '7' })
    expect(folder.card).toContain('## Data\n\nMNIST')
    expect(Object.fromEntries(Object.entries(folder.tensors).map(([name, t]) => [name, [...toArray(t)]]))).toEqual({
      a: [1, 2],
      b: [3],
      raw: [8, 9],
    })
    dispose(Object.values(tensors))
  })

  it('shows its samples, replaces its own files and leaves others', async () => {
    await write()
    writeFileSync(join(path, 'log.jsonl'), 'mine')
    await writeModelFolder(path, { config: { other: true }, tensors: {}, card, samples: new Uint8Array([1]) })
    expect(readdirSync(path).sort()).toEqual([
      'README.md',
      'config.json',
      'log.jsonl',
      'model.safetensors',
      'samples.png',
    ])
    const folder = await readModelFolder(path)
    expect(folder.config).toEqual({ other: true })
    expect(folder.card).toContain('![Samples](<samples.png>)')
    expect(await readFile(join(path, 'log.jsonl'), 'utf8')).toBe('mine')
  })

  it.each([
    ['NaN', { rate: Number.NaN }, /NaN at config.rate/],
    ['a function', { f: () => 1 }, /function at config.f/],
    ['a typed array', { w: [new Float32Array(1)] }, /class at config.w.0/],
    ['nothing', undefined, /undefined at config/],
  ])('refuses a configuration with %s, and writes nothing', async (_, bad, message) => {
    await expect(writeModelFolder(path, { config: bad, tensors: {}, card })).rejects.toThrow(message)
    expect(existsSync(path)).toBe(false)
  })
})

describe('what is written can be read', () => {
  it('a configuration with large arrays', async () => {
    const covariance = Array.from({ length: 300_000 }, (_, i) => Math.sqrt(i))
    await writeModelFolder(path, { config: { covariance }, tensors: {}, card: 'x'.repeat(2 ** 21) })
    const folder = await readModelFolder(path)
    expect(folder.config).toEqual({ covariance })
    expect(folder.card.length).toBe(2 ** 21)
  })

  it('or is refused before anything is', async () => {
    const long = 'x'.repeat(2 ** 26)
    await expect(writeModelFolder(path, { config: { long }, tensors: {}, card })).rejects.toThrow(
      /a config of at most 67108864 bytes, got \d+; keep large arrays among the tensors/,
    )
    await expect(writeModelFolder(path, { config, tensors: {}, card: `${long}x` })).rejects.toThrow(/a card of at most/)
    expect(existsSync(path)).toBe(false)
  })
})

describe('a bad model folder', () => {
  const failure = async (message: RegExp, options = {}): Promise<void> => {
    const error: unknown = await readModelFolder(path, options).catch((reason) => reason)
    expect(GenError.is(error) && error.code).toBe('file')
    expect((error as Error).message).toMatch(message)
  }

  it('that is not there', () => failure(/expected config.json in .*, got none/))

  it('without weights', async () => {
    await write()
    rmSync(join(path, 'model.safetensors'))
    await failure(/expected model.safetensors in/)
  })

  it('with a broken configuration, truncated weights, or too large ones', async () => {
    await write()
    await failure(/at most 10 bytes/, { maxBytes: 10 })
    truncateSync(join(path, 'model.safetensors'), 90)
    await failure(/truncated/)
    writeFileSync(join(path, 'config.json'), '{')
    await failure(/to be JSON/)
    truncateSync(join(path, 'config.json'), 2 ** 26 + 1)
    await failure(/at most 67108864 bytes/)
  })

  it('with a folder where a file should be', async () => {
    await write()
    rmSync(join(path, 'config.json'))
    mkdirSync(join(path, 'config.json'))
    await failure(/to be a file/)
  })

  it('with a link out of it, unless it is trusted', async () => {
    await write()
    const outside = join(path, '..', 'secret')
    writeFileSync(outside, '{"secret":1}')
    rmSync(join(path, 'config.json'))
    symlinkSync(outside, join(path, 'config.json'))
    await failure(/a link to .*followLinks: true/)
    expect((await readModelFolder(path, { followLinks: true })).config).toEqual({ secret: 1 })
  })
})
