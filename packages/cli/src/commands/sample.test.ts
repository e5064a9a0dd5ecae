/** `gen sample` of a diffusion model: its samplers, sheets that compare them, and animations. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key } from '@gen/backend'
import { samplerNames, spacingNames } from '@gen/diffusion'
import { decodeNpy, decodePng, toTensor } from '@gen/io'
import { writeModelFolder } from '@gen/io/node'
import { readWeights } from '@gen/train'
import { engine, memory, type Variable } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { families } from '../families/index.ts'
import { valuesOf } from '../flags.ts'
import { sampleCommand } from './sample.ts'

let folder = ''
const at = (name: string) => join(folder, name)

async function store(name: string, shape: number[], given: Record<string, string>): Promise<void> {
  const family = families.diffusion!
  const before = new Set(Object.keys(engine().state.registeredVariables))
  const model = family.create(valuesOf('test', family.flags, { widths: '4', ...given }), { shape, classes: 3 }, key(0))
  const config = { family: 'diffusion', model: JSON.parse(JSON.stringify(model.config)) }
  await writeModelFolder(at(name), { config, tensors: await readWeights(model.trainable), card: 'x' })
  for (const [variable, value] of Object.entries(engine().state.registeredVariables)) {
    if (!before.has(variable)) (value as Variable).dispose()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gen-sample-'))
  vi.spyOn(console, 'log').mockImplementation(() => {})
  await store('images', [8, 8, 1], {})
  await store('labeled', [8, 8, 1], { conditional: 'yes' })
  // A fresh network of velocities is the exact one of N(0, I), where two samplers may agree.
  await store('points', [2], { prediction: 'noise' })
})

afterAll(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the command, which frees all but the weights of the model. */
async function sample(model: string, ...words: string[]): Promise<void> {
  const before = new Set(Object.keys(engine().state.registeredVariables))
  const held = memory().numTensors
  try {
    await sampleCommand.run([at(model), '--backend', 'cpu', ...words])
  } finally {
    let weights = 0
    for (const [variable, value] of Object.entries(engine().state.registeredVariables)) {
      if (before.has(variable)) continue
      ;(value as Variable).dispose()
      weights += 1
    }
    expect(weights).toBeGreaterThanOrEqual(0)
    expect(memory().numTensors).toBe(held)
  }
}

async function drawn(model: string, ...words: string[]): Promise<number[]> {
  await sample(model, '--out', at('x.npy'), '--count', '3', ...words)
  const points = toTensor(decodeNpy(readFileSync(at('x.npy'))))
  const values = [...points.dataSync()]
  points.dispose()
  return values
}

/** How many images a GIF has: one for each graphic control extension. */
const framesOf = (gif: Uint8Array) => Buffer.from(gif).toString('latin1').split('\x21\xf9\x04').length - 1

describe('--sampler and --spacing', () => {
  it('draw with every word, each its own samples', async () => {
    const all = new Set<string>()
    for (const sampler of samplerNames) {
      const values = await drawn('points', '--steps', '5', '--sampler', sampler)
      expect(values.every(Number.isFinite)).toBe(true)
      all.add(String(values))
    }
    expect(all.size).toBe(samplerNames.length)
    const spaced = new Set<string>()
    for (const spacing of spacingNames) spaced.add(String(await drawn('points', '--steps', '5', '--spacing', spacing)))
    expect(spaced.size).toBe(spacingNames.length)
    expect(spaced).toContain(String(await drawn('points', '--steps', '5')))
  })
})

describe('--compare', () => {
  const compared = 'ddim:2,heun:3,adaptive:1,dpmpp-2m:4'

  it('draws a row for each, from the same noise', async () => {
    await sample('images', '--compare', compared, '--out', at('sheet.png'), '--count', '5')
    const sheet = decodePng(readFileSync(at('sheet.png')))
    expect(sheet.size).toBeGreaterThan(0)
    sheet.dispose()
    await sample('images', '--compare', compared, '--out', at('sheet.svg'), '--count', '5')
    const svg = readFileSync(at('sheet.svg'), 'utf8')
    // Four rows of five images of 8 × 8, with 2 pixels around each, beside the names.
    expect(svg).toContain(`width="${5 * 10 + 2}" height="${4 * 10 + 2}"`)
    for (const name of ['ddim, 2', 'heun, 3', 'adaptive', 'dpmpp-2m, 4']) expect(svg).toContain(`>${name}</text>`)
  })

  it('names the classes above, and keeps what a single sampler draws', async () => {
    await sample('labeled', '--compare', 'ddim:3,ddim:3', '--out', at('sheet.svg'), '--scale', '4')
    const svg = readFileSync(at('sheet.svg'), 'utf8')
    for (const name of ['0', '1', '2']) expect(svg).toMatch(new RegExp(`>(class )?${name}</text>`))
  })
})

it('--gif keeps the denoising: a frame a step, and the samples for a while', async () => {
  await sample('labeled', '--gif', at('way.gif'), '--out', at('x.png'), '--steps', '7', '--count', '70', '--scale', '2')
  const gif = readFileSync(at('way.gif'))
  expect(framesOf(gif)).toBe(7 + 12)
  const grid = decodePng(readFileSync(at('x.png')))
  expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([9 * 10 * 2 + 4, 8 * 10 * 2 + 4])
  grid.dispose()
})

describe('what cannot be drawn so is refused', () => {
  it.each<[string, string, string[], string]>([
    ['an unknown sampler', 'points', ['--sampler', 'euler'], 'expected --sampler to be one of ddim, ddpm'],
    ['no steps to compare', 'images', ['--compare', 'ddim'], 'expected --compare to be samplers with their steps'],
    ['an unknown one to compare', 'images', ['--compare', 'ddim:5,magic:3'], 'samplers with their steps, such as'],
    ['too many steps', 'images', ['--compare', 'ddim:20000'], 'to be of 1 to 10000 steps'],
    [
      'points to compare',
      'points',
      ['--compare', 'ddim:5'],
      'expected a model of images for --compare, got samples of [2]',
    ],
    ['steps beside --compare', 'images', ['--compare', 'ddim:5', '--steps', '3'], 'expected --compare without --steps'],
    [
      'numbers of a comparison',
      'images',
      ['--compare', 'ddim:5', '--out', 'x.npy'],
      'to end in .png or .svg with --compare',
    ],
    [
      'an animation of points',
      'points',
      ['--gif', 'x.gif'],
      'expected a model of images for --gif, got samples of [2]',
    ],
    ['an animation of another name', 'images', ['--gif', 'x.png'], "expected --gif to end in .gif, got 'x.png'"],
  ])('%s', async (_, model, words, message) => {
    await expect(sample(model, ...words)).rejects.toThrow(message)
  })
})
