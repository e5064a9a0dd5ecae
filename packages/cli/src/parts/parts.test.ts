/** Parts of a draw: together they are the whole, bit by bit; what is lost, double or foreign is named. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npzDataset } from '@gen/data'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mergeCommand } from '../commands/merge.ts'
import { drawParts, drawWhole, storeModel } from './testing.ts'

let home = ''
const at = (...names: string[]) => join(home, ...names)

const sample = (model: string, ...words: string[]) => drawWhole(at(model), at('drawn.npz'), words)
const parts = (folder: string, model: string, of: number, ...words: string[]) =>
  drawParts(at(model), at(folder), of, words)
const store = (
  name: string,
  family: string,
  about: { shape?: number[]; seed?: number },
  given: Record<string, string>,
) => storeModel(at(name), family, about, given)

const merge = (folder: string, out: string) => mergeCommand.run([at(folder), '--out', at(out)])
const bytes = (name: string) => readFileSync(at(name))

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gen-parts-'))
  vi.spyOn(console, 'log').mockImplementation(() => {})
  await store('vae', 'vae', {}, { widths: '8' })
  await store('vae1', 'vae', { seed: 1 }, { widths: '8' })
  await store('gan3', 'gan', {}, { widths: '4', conditional: 'yes' })
  await store('diffusion3', 'diffusion', {}, { widths: '4', conditional: 'yes' })
  await store('flow', 'flow', { shape: [2] }, {})
})

afterAll(() => {
  vi.restoreAllMocks()
  rmSync(home, { recursive: true, force: true })
})

describe('the union of all shards', () => {
  const draws = [
    ['vae', 1, 1, 1],
    ['vae', 13, 4, 3],
    ['vae', 9, 1, 9],
    ['gan3', 24, 5, 5],
    ['gan3', 8, 3, 2],
    ['diffusion3', 7, 2, 3],
    ['flow', 23, 9, 2],
    ['flow', 5, 2, 3],
  ] as const
  it.each(draws)('of %s, %i in batches of %i by %i, is bit by bit what one process draws', async (model, ...sizes) => {
    const [count, batch, of] = sizes
    const steps = model === 'diffusion3' ? ['--steps', '2'] : []
    const words = ['--count', String(count), '--batch', String(batch), ...steps]
    await parts('union', model, of, ...words)
    await sample(model, '--out', at('whole.npz'), ...words)
    await sample(model, '--out', at('whole.npy'), ...words)
    await merge('union', 'merged.npz')
    await merge('union', 'merged.npy')
    expect(bytes('merged.npz').equals(bytes('whole.npz'))).toBe(true)
    expect(bytes('merged.npy').equals(bytes('whole.npy'))).toBe(true)
  })

  it('has the classes, for whoever reads npz', async () => {
    await parts('classes', 'gan3', 2, '--count', '7', '--batch', '2', '--labels', '2,0')
    await merge('classes', 'classes.npz')
    const { size, classes, take } = npzDataset(bytes('classes.npz'))
    const { x, labels } = take([0, 1, 2, 3, 4, 5, 6])
    expect([size, classes, ...labels!.dataSync()]).toEqual([7, 3, 2, 0, 2, 0, 2, 0, 2])
    x.dispose()
    labels!.dispose()
  })
})

describe('a set of parts', () => {
  const words = ['--count', '10', '--batch', '2']
  const restore = () => {
    rmSync(at('set'), { recursive: true, force: true })
    mkdirSync(at('set'))
    for (let i = 0; i < 4; i++) copyFileSync(at('good', `part-${i}.npz`), at('set', `part-${i}.npz`))
  }
  beforeAll(() => parts('good', 'vae', 4, ...words))

  it('names the shards that are lost, and is mended by drawing them again', async () => {
    restore()
    await merge('set', 'before.npy')
    rmSync(at('set', 'part-2.npz'))
    writeFileSync(at('set', '.part-2.npz-0b51'), 'torn')
    await expect(merge('set', 'x.npy')).rejects.toThrow(
      /expected all 4 shards in .*set, got none of 2\/4; run gen sample again with --shard 2\/4/,
    )
    await sample('vae', '--shard', '2/4', '--out', at('set', 'part-2.npz'), ...words)
    await merge('set', 'after.npy')
    expect(bytes('after.npy').equals(bytes('before.npy'))).toBe(true)
  })

  it('names a shard that is there twice', async () => {
    restore()
    copyFileSync(at('set', 'part-1.npz'), at('set', 'part-1-again.npz'))
    await expect(merge('set', 'x.npy')).rejects.toThrow(
      /expected shard 1\/4 once, got it in .*part-1-again\.npz and in .*part-1\.npz; take one of them away/,
    )
    renameSync(at('set', 'part-1-again.npz'), at('set', 'part-0.npz'))
    await expect(merge('set', 'x.npy')).rejects.toThrow('expected shard 1/4 once')
  })

  it.each<[string, string, string[], RegExp]>([
    ['another seed', 'vae', [...words, '--seed', '5'], /got seed 0 in .*part-0\.npz and seed 5 in .*part-3\.npz/],
    ['another model', 'vae1', words, /got model "\w{16}" in .* and model "\w{16}" in/],
    ['another count', 'vae', ['--count', '11', '--batch', '2'], /got count 10 in .* and count 11 in/],
    ['other batches', 'vae', ['--count', '10', '--batch', '1'], /got batch 2 in .* and batch 1 in/],
    ['another family', 'gan3', words, /expected parts of one draw, got model/],
  ])('names parts of %s', async (_, model, other, message) => {
    restore()
    await sample(model, '--shard', '3/4', '--out', at('set', 'part-3.npz'), ...other)
    await expect(merge('set', 'x.npy')).rejects.toThrow(message)
  })

  it('names another number of shards', async () => {
    restore()
    await sample('vae', '--shard', '3/5', '--out', at('set', 'part-3.npz'), ...words)
    await expect(merge('set', 'x.npy')).rejects.toThrow(/got 4 shards in .* and 5 shards in .*part-3/)
  })

  it('names files that are no parts, and torn ones', async () => {
    restore()
    const whole = bytes('good/part-1.npz')
    for (const broken of [whole.subarray(0, whole.length - 30), Buffer.from('PK'), Buffer.alloc(0)]) {
      writeFileSync(at('set', 'part-1.npz'), broken)
      await expect(merge('set', 'x.npy')).rejects.toThrow(
        /expected a part of samples in .*part-1\.npz, got .*; write it/,
      )
    }
    mkdirSync(at('nothing'), { recursive: true })
    await expect(merge('nothing', 'x.npy')).rejects.toThrow(/expected parts of samples in .*nothing, got no \.npz file/)
    await expect(merge('set', 'x.png')).rejects.toThrow('expected --out to end in .npy or .npz')
  })
})

describe('--shard is refused', () => {
  it.each<[string[], string]>([
    [['--shard', '4/4'], 'expected --shard to be a shard and their number, such as 0/16'],
    [['--shard', '1'], 'expected --shard to be a shard and their number'],
    [['--shard', '0/2', '--out', 'x.png'], 'expected --out to end in .npz with --shard'],
    [['--shard', '0/2', '--gif', 'x.gif'], 'expected --shard without --gif, got both'],
    [
      ['--shard', '0/2', '--count', '10'],
      'expected at most 1 shards of 10 rows, made 64 at once, got 2; pass --batch 5',
    ],
  ])('%j', async (words, message) => {
    await expect(sample('vae', ...words)).rejects.toThrow(message)
  })
})
