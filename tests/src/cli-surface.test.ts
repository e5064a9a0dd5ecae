/** The surface of `gen` as a user meets it: what it refuses at once, what it prints into pipes, what its pictures hold. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { key } from '@gen/backend'
import { toy } from '@gen/data'
import { encodeNpy, readRaw } from '@gen/io'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { genIn } from './gen.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-cli-surface-'))
const gen = genIn(home)
const bin = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packages', 'cli', 'bin', 'gen.js')
const cpu = ['--backend', 'cpu']
const small = ['--data', 'moons', '--batch', '16', '--steps', '2', '--sample-count', '9', ...cpu]
const pngSize = (file: string) => {
  const bytes = readFileSync(join(home, file))
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] as const
}

beforeAll(async () => {
  for (const words of [
    ['diffusion', '--widths', '8', '--conditional', '--out', 'diffusion'],
    ['gan', '--widths', '8', '--out', 'gan'],
    ['vae', '--widths', '8', '--latent', '2', '--out', 'vae'],
    ['flow', '--hidden', '8', '--out', 'flow'],
  ]) {
    const { code, text } = await gen(['train', ...words, ...small])
    if (code !== 0) throw new Error(text)
  }
}, 240_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('gen refuses at once', () => {
  it.each([
    [
      ['toString'],
      "expected a command, train, sample, complete, answer, density, merge, eval, diagnose, align, edit, convert, data, got 'toString'; see gen --help",
    ],
    [['constructor', '--help'], "got 'constructor'; did you mean gen convert?"],
    [['train', '__proto__'], "gen train: expected a command, diffusion, flow, gan, tokens, vae, got '__proto__'"],
    [['train', 'diffusion', '--batch', '1000000000'], "expected --batch to be at most 65536, got '1000000000'"],
    [['train', 'diffusion', '--widths', '1e9'], "expected --widths to be at most 4096, got '1e9'"],
    [['train', 'flow', '--levels', '1e9'], 'expected --levels to be at most 16'],
    [['sample', 'diffusion', '--steps', '1e9'], 'expected --steps to be at most 10000'],
    [['density', 'flow', '--resolution', '2000', '--scale', '20'], 'at most 3000 pixels, got 40000'],
    [['density', 'flow', '--low', '3', '--high', '2', ...cpu], 'expected --low below --high, got 3 and 2'],
    [['train', 'diffusion', '--learning-rate='], "expected --learning-rate to be a number, got ''"],
    [['train', 'diffusion', 'extra'], "gen train diffusion: expected only flags, got 'extra' too"],
    [['sample'], 'expected <folder>, a model folder, or the folder of a run, got none'],
    [['sample', 'flow', '--out', 'x.jpg'], "expected --out to end in .png, .svg, .txt, .npy or .npz, got 'x.jpg'"],
    [['sample', 'flow', '--labels', '1', ...cpu], 'train one with gen train flow --conditional'],
    [['sample', 'vae', '--labels', '1', ...cpu], 'train one with gen train vae --preset conditional'],
    [['sample', 'gan', '--steps', '5', ...cpu], 'expected a diffusion model for --steps, got one of family gan'],
    [
      ['sample', 'diffusion', '--labels', '0,2', ...cpu],
      'expected --labels from 0 to 1, the classes of the model, got 2',
    ],
    [['edit', 'vae', ...cpu], 'expected --attribute, got none; moons has the classes 0 to 1; pass one of them'],
    [['edit', 'vae', '--attribute', '5', ...cpu], "expected a class from 0 to 1, got '5'"],
    [
      ['edit', 'vae', '--attribute', '1', ...cpu],
      'error gen edit: expected a model of images, got one of [2]; train one',
    ],
    [['train', 'vae', '--data', 'moon', ...cpu], "got 'moon'; did you mean moons?"],
    [['train', 'vae', '--data', 'nowhere.npy', ...cpu], "got 'nowhere.npy'; no such file or folder"],
    [['edit', 'vae', '--data', 'faces', ...cpu], 'glasses: none, round, square, sunglasses'],
    [['edit', 'diffusion', ...cpu], 'expected a model whose codes say all, got a diffusion model with classes'],
    [
      ['align', 'vae', 'flow', '--data', 'mnist', ...cpu],
      'expected data of [2] as the model makes them, got [28, 28, 1]',
    ],
  ])(
    '%j',
    async (words, message) => {
      const { code, text } = await gen(words)
      expect(text).toContain(message)
      expect(text).not.toContain('    at ')
      expect(code).toBe(1)
    },
    60_000,
  )

  it('a batch that does not fit, by the size of the data', async () => {
    const { text, code } = await gen(['train', 'diffusion', '--batch', '65536', ...cpu])
    expect(text).toContain('expected --batch to be at most 21399 for items of [28, 28, 1], got 65536')
    expect(code).toBe(1)
  }, 60_000)
})

describe('gen prints', () => {
  it('its version', async () => {
    const { version } = JSON.parse(readFileSync(join(bin, '..', '..', 'package.json'), 'utf8'))
    expect(await gen(['--version'])).toEqual({ code: 0, text: `${version}\n` })
  }, 30_000)

  it('no colors into pipes, whatever the environment wishes', async () => {
    const { NO_COLOR: _, ...rest } = process.env
    for (const words of [['train', 'vae', '--help'], ['paint']]) {
      const child = spawn(process.execPath, [bin, ...words], { env: { ...rest, FORCE_COLOR: '1', CI: 'true' } })
      let text = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      await new Promise((resolve) => child.on('close', resolve))
      expect(text.length).toBeGreaterThan(20)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colors begin with one.
      expect(text).not.toMatch(/\x1b/)
    }
  }, 30_000)

  it('a configuration in which --conditional=no is no and --no-conditional too, and yes is yes', async () => {
    const conditional = async (word: string) => {
      const { text } = await gen(['train', 'diffusion', '--widths', '8', ...small, word, '--dry-run'])
      return JSON.parse(text.slice(text.indexOf('{'))).conditional
    }
    expect(await conditional('--conditional=no')).toBe(false)
    expect(await conditional('--no-conditional')).toBe(false)
    expect(await conditional('--conditional')).toBe(true)
  }, 60_000)
})

describe('gen draws', () => {
  it('points with axes, as PNG and as SVG', async () => {
    expect((await gen(['sample', 'flow', '--count', '5', '--out', 'points.png', ...cpu])).code).toBe(0)
    expect(pngSize('points.png')[0]).toBeGreaterThan(440)
    await gen(['sample', 'flow', '--count', '5', '--out', 'points.svg', ...cpu])
    const svg = readFileSync(join(home, 'points.svg'), 'utf8')
    expect(svg.match(/<circle/g)).toHaveLength(5)
    expect(svg).toContain('>x1<')
  }, 60_000)

  it('a density with axes and its scale, larger by --scale', async () => {
    const options = ['--resolution', '20', '--lines', '3', ...cpu]
    const drawn = await gen(['density', 'flow', ...options, '--out', 'one.svg', '--scale', '5'])
    expect(drawn.code).toBe(0)
    expect(readFileSync(join(home, 'one.svg'), 'utf8')).toContain('>p(x)<')
    for (const scale of [5, 10])
      await gen(['density', 'flow', ...options, '--out', `${scale}.png`, '--scale', `${scale}`])
    expect(pngSize('10.png')[1] - pngSize('5.png')[1]).toBe(20 * 5)
  }, 60_000)
})

describe('gen eval', () => {
  it('compares with the part of the data that training has not seen', async () => {
    // The same draw as the test part of moons: measured against itself, the distance is 0.
    const { x, labels } = toy('moons')
      .dataset(10_000, key(1))
      .take(Array.from({ length: 400 }, (_, i) => i))
    writeFileSync(join(home, 'test.npy'), encodeNpy(await readRaw(x)))
    x.dispose()
    labels?.dispose()
    await gen(['eval', 'test.npy', '--data', 'moons', '--metrics', 'fid', '--real-count', '400', ...cpu])
    const { results, split } = JSON.parse(readFileSync(join(home, 'test.eval.json'), 'utf8'))
    expect(split).toBe('test')
    expect(results[0].samples).toEqual({ real: 400, fake: 400 })
    expect(Math.abs(results[0].value)).toBeLessThan(1e-6)
  }, 60_000)
})

describe('a GAN', () => {
  it('gets an encoder at its first use, with progress, which is kept', async () => {
    const align = ['align', 'gan', 'vae', '--support', '16', '--test', '16', '--backend', 'simd']
    const first = await gen([...align, '--out', 'first'])
    expect(first.text).toContain('gan has no encoder: it gets one now')
    expect(first.text).toContain('--locate optimize')
    expect(first.code).toBe(0)
    expect(readdirSync(join(home, 'gan', 'recoder')).sort()).toEqual(['README.md', 'config.json', 'model.safetensors'])
    const second = await gen([...align, '--out', 'second'])
    expect(second.text).not.toContain('it gets one now')
    const matrix = (folder: string) => JSON.parse(readFileSync(join(home, folder, 'map.json'), 'utf8')).matrix
    expect(matrix('second')).toEqual(matrix('first'))
  }, 240_000)
})
