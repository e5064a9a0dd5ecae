/** Text through the command line: trained, sampled, completed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { pointDenoiser } from '@gen/diffusion'
import { writeModelFolder } from '@gen/io/node'
import { variablesOf } from '@gen/train'
import { disposeVariables, engine } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../index.ts'
import { openText } from '../text-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'gen-complete-'))
const story = join(folder, 'story.txt')
const lines: string[] = []

beforeAll(() => {
  writeFileSync(story, 'The cat sat on the mat.\n'.repeat(60))
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

const run = (name: string) => join(folder, name)
const small = ['--data', story, '--length', '12', '--width', '16', '--depth', '1', '--batch', '16', '--ema', '0.9']

async function train(name: string, ...more: string[]): Promise<void> {
  await main(['train', 'tokens', ...small, '--out', run(name), '--sample-count', '3', ...more])
}

describe('text', () => {
  it('is learned, sampled as text, and completed with probabilities', async () => {
    await train('free', '--steps', '200', '--sample-every', '100')
    expect(readdirSync(run('free'))).toEqual(expect.arrayContaining(['config.json', 'log.jsonl', 'model', 'samples']))
    const samples = readFileSync(join(run('free'), 'samples', 'step-000200.txt'), 'utf8').split('\n')
    expect(samples.map((line) => line.length)).toEqual([12, 12, 12, 0])
    lines.length = 0
    await main(['complete', run('free'), 'the _at sat', '--count', '3'])
    expect(lines.length).toBe(3)
    for (const line of lines) expect(line).toMatch(/^ {0,2}\d+\.\d % {2}the .at sat$/)
    expect(lines[0]).toMatch(/the [cms]at sat/)
    const out = join(folder, 'texts.txt')
    await main(['sample', run('free'), '--count', '2', '--out', out])
    expect(readFileSync(out, 'utf8').split('\n').length).toBe(3)
    lines.length = 0
    await main(['sample', run('free'), '--out', join(folder, 'texts.png')])
    expect(lines[0]).toContain('expected --out to end in .txt, .npy or .npz, got')
  })

  it('goes on from the left, and fills no blank before the end', async () => {
    await train('ordered', '--preset', 'gpt', '--steps', '60')
    lines.length = 0
    await main(['complete', run('ordered'), 'the c', '--count', '2'])
    expect(lines[0]).toMatch(/^ *\d+\.\d % {2}the c[a-z]/)
    lines.length = 0
    await main(['complete', run('ordered'), 'the _at sat'])
    expect(lines[0]).toMatch(/blanks at the end alone.*take a model of masked diffusion/)
    expect(process.exitCode).toBe(1)
  })

  it('is refused by families of images, and other models complete no text', async () => {
    const errors = async (words: string[]) => {
      lines.length = 0
      await main(words)
      return lines.join('\n')
    }
    expect(await errors(['train', 'vae', '--data', 'moby-dick'])).toContain('text is for gen train tokens')
    expect(await errors(['train', 'tokens', '--data', 'mnist'])).toMatch(
      /expected --data moby-dick, or the path of a \.txt file, got 'mnist'/,
    )
    const points = pointDenoiser({ size: 2, hidden: [4], key: { hi: 0, lo: 0 } })
    const { diffusion } = await import('@gen/diffusion')
    const model = diffusion({ network: points })
    const config = { family: 'diffusion', model: model.config }
    await writeModelFolder(run('points'), { config, tensors: variablesOf(model), card: { name: 'points' } })
    expect(await errors(['complete', run('points'), 'the '])).toContain(
      'gen complete: expected a model of text, got one of family diffusion; train one with gen train tokens',
    )
  })
})

describe('a text file', () => {
  it('becomes sequences of plain characters', async () => {
    const { size, shape, vocabulary, take } = await openText(story, 8)
    expect([shape, size]).toEqual([[8], 60 * 24 - 7])
    const { x } = take([0, 4])
    const rows = (await x.array()) as number[][]
    expect(rows.map((row) => vocabulary.decode(row))).toEqual(['the cat ', 'cat sat '])
  })

  it.each([
    ['that is none', 'absent.txt', /got '.*absent\.txt'; no such file/],
    ['of another kind', 'story.doc', /text comes from \.txt files/],
    ['that is no text', 'bytes.txt', /text in UTF-8/],
    ['that is shorter than a sequence', 'short.txt', /at least 8 tokens, got 3/],
  ])('%s is refused', async (_, name, message) => {
    writeFileSync(join(folder, 'bytes.txt'), Uint8Array.of(0xff, 0xfe))
    writeFileSync(join(folder, 'short.txt'), 'abc')
    const error = await openText(join(folder, name), 8).catch((reason: unknown) => reason)
    expect(GenError.is(error), String(error)).toBe(true)
    expect(String(error)).toMatch(message)
  })
})
