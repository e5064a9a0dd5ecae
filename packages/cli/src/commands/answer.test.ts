/** One picture, many answers, on the command line. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, uniform } from '@gen/backend'
import { diffusion, pointDenoiser } from '@gen/diffusion'
import { decodeNpy, decodePng, encodeNpy, encodePng, readRaw } from '@gen/io'
import { writeModelFolder } from '@gen/io/node'
import { variablesOf } from '@gen/train'
import { unet } from '@gen/unet'
import { concat, disposeVariables, engine, fill, ones, type Tensor } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { main } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'gen-answer-'))
const lines: string[] = []
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  const network = unet({ shape: [4, 4, 3], widths: [4, 4], depth: 1, context: [4, 4, 1], key: key(0) })
  for (const [name, model] of Object.entries({
    painter: diffusion({ network }),
    points: diffusion({ network: pointDenoiser({ size: 2, hidden: [4], key: key(0) }) }),
  })) {
    const config = { family: 'diffusion', model: model.config }
    await writeModelFolder(at(name), { config, tensors: variablesOf(model), card: { name } })
  }
  picture('color.png', fill([4, 4, 1], 0.2), fill([4, 4, 2], 0.8))
  picture('gray.png', fill([4, 4, 1], 0.6))
  picture('small.png', fill([2, 2, 1], 0.2), fill([2, 2, 2], 0.8))
  picture('holes.png', fill([4, 4, 3], 0.6), concat([ones([2, 4, 1]), fill([2, 4, 1], 0)], 0))
  picture('odd.png', fill([3, 4, 3], 0.6))
})
beforeEach(() => {
  engine().startScope()
  lines.length = 0
  vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(text))
  vi.spyOn(console, 'error').mockImplementation((text: string) => void lines.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
  engine().endScope()
  disposeVariables()
  process.exitCode = undefined
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function picture(name: string, ...channels: Tensor[]): void {
  writeFileSync(at(name), encodePng(concat(channels, -1)))
}

async function answers(question: string, ...more: string[]): Promise<{ shape: readonly number[]; values: number[] }> {
  const out = at('answers.npy')
  const words = ['answer', at('painter'), '--question', at(question), '--steps', '2', '--out', out, ...more]
  await main(words)
  expect(lines).toEqual([out])
  const { shape, data } = decodeNpy(readFileSync(out))
  return { shape, values: [...new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)] }
}

const meanOf = (values: number[], shares: number[]) =>
  values.reduce((sum, value, i) => sum + value * shares[i % 3]!, 0) / (values.length / 3)

it('gray is colored, at its brightness', async () => {
  const { shape, values } = await answers('gray.png')
  expect(shape).toEqual([6, 4, 4, 3])
  expect(meanOf(values, [0.299, 0.587, 0.114])).toBeCloseTo(0.6, 2)
})

it('small is enlarged', async () => {
  const { shape, values } = await answers('small.png', '--count', '2')
  expect(shape).toEqual([2, 4, 4, 3])
  expect(meanOf(values, [1, 0, 0])).toBeCloseTo(0.2, 2)
  expect(meanOf(values, [0, 1, 0])).toBeCloseTo(0.8, 2)
})

it('what is transparent is filled in, and the rest stays', async () => {
  const { values } = await answers('holes.png', '--count', '1')
  for (const value of values.slice(0, 24)) expect(value).toBeCloseTo(0.6, 5)
  expect(values.slice(24).some((value) => Math.abs(value - 0.6) > 0.02)).toBe(true)
})

it('any other is varied, and the picture begins with it', async () => {
  const { shape } = await answers('color.png', '--strength', '0.2')
  expect(shape).toEqual([6, 4, 4, 3])
  lines.length = 0
  const out = at('answers.png')
  await main(['answer', at('painter'), '--question', at('color.png'), '--count', '3', '--steps', '2', '--out', out])
  const sheet = decodePng(readFileSync(out))
  expect(sheet.shape[1]).toBeGreaterThan(4 * 4)
})

it.each([
  [['painter'], /expected --question, got none/],
  [['painter', '--question', 'absent.png'], /a PNG file for --question, got '.*absent\.png', which cannot be read/],
  [['painter', '--question', 'odd.png'], /a picture of 4 × 4 pixels, .* got 4 × 3 with 1 channels/],
  [['painter', '--question', 'gray.png', '--out', 'a.gif'], /--out to end in \.png or \.npy, got '.*a\.gif'/],
  [['painter', '--question', 'gray.png', '--labels', '1'], /a conditional model for --labels/],
  [['points', '--question', 'gray.png'], /expected a diffusion model of images, got one of family diffusion of \[2\]/],
])('refuses %j', async ([model, ...words], message) => {
  const paths = words.map((word) => (/\.(png|gif)$/.test(word) ? at(word) : word))
  await main(['answer', at(model!), ...paths])
  expect(lines.join('\n')).toMatch(message)
  expect(process.exitCode).toBe(1)
  expect(existsSync(at('a.gif'))).toBe(false)
})

it('gen train diffusion --told makes models that are asked', async () => {
  const colors = uniform(key(3), [8, 8, 8, 3])
  const grays = uniform(key(4), [8, 8, 8, 1])
  for (const [name, x] of Object.entries({ colors, grays })) {
    writeFileSync(at(`${name}.npy`), encodeNpy(await readRaw(x)))
    x.dispose()
  }
  picture('plain.png', fill([8, 8, 1], 0.6))
  picture('tiny.png', fill([2, 2, 1], 0.2), fill([2, 2, 2], 0.8))
  const few = ['--steps', '2', '--batch', '4', '--widths', '4,4', '--sample-count', '2']
  for (const [told, question, shape] of [
    ['gray', 'plain.png', [8, 8, 1]],
    ['small', 'tiny.png', [2, 2, 3]],
  ] as const) {
    const out = at(`told-${told}`)
    await main([
      'train',
      'diffusion',
      '--data',
      at('colors.npy'),
      '--told',
      told,
      ...few,
      '--validate',
      '0.25',
      '--out',
      out,
    ])
    expect(lines.join('\n')).toContain('done after step 2')
    await main(['train', 'diffusion', '--resume', out, '--steps', '3'])
    expect(lines.join('\n')).toContain('done after step 3')
    const { model } = JSON.parse(readFileSync(join(out, 'model', 'config.json'), 'utf8')) as { model: Config }
    expect(model.network.context).toEqual(shape)
    lines.length = 0
    await main(['answer', out, '--question', at(question), '--count', '2', '--steps', '2', '--out', at('told.png')])
    expect(lines).toEqual([at('told.png')])
  }
  await main(['train', 'diffusion', '--data', at('grays.npy'), '--told', 'gray', ...few, '--out', at('none')])
  expect(lines.at(-1)).toMatch(/expected pictures with colors for --told gray, got items of \[8, 8, 1\]; leave it out/)
  expect(existsSync(at('none'))).toBe(false)
})

interface Config {
  readonly network: { readonly context: readonly number[] }
}
