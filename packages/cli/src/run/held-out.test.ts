/** `gen train --validate` and `--tensorboard`: what they measure, write, draw and leave. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSafetensors } from '@gen/io'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { main } from '../index.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-held-out-'))
const run = join(home, 'run')
const small = [
  '--data',
  'moons',
  '--hidden',
  '8',
  '--bins',
  '4',
  '--batch',
  '32',
  '--backend',
  'cpu',
  '--sample-count',
  '4',
]
const printed: string[] = []

interface Entry {
  validation?: number
  heldOut?: number
  step?: number
  best?: boolean
}

const log = (): Entry[] =>
  readFileSync(join(run, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)

/** What a command line says when it is refused. */
async function refusal(...words: string[]): Promise<string> {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  await main(words)
  const [said] = errors.mock.calls.at(-1) ?? []
  errors.mockRestore()
  process.exitCode = 0
  return String(said)
}

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text))
  const held = ['--validate', '0.1', '--validate-every', '4', '--tensorboard']
  await main(['train', 'flow', ...small, '--steps', '12', '--checkpoint-every', '100', ...held, '--out', run])
})

afterAll(() => {
  vi.restoreAllMocks()
  rmSync(home, { recursive: true, force: true })
})

describe('gen train --validate', () => {
  it('holds out its share, and measures it every so many steps', () => {
    expect(printed[0]).toMatch(/^moons: 45,000 examples/)
    const measured = log().filter(({ validation }) => validation !== undefined)
    expect(measured.map(({ validation }) => validation)).toEqual([4, 8, 12])
    for (const { heldOut } of measured) expect(heldOut).toBeGreaterThan(0)
  })

  it('leaves the weights of the best checkpoint as the model, and says which', () => {
    const measured = log().filter(({ validation }) => validation !== undefined)
    const lowest = measured.reduce((a, b) => (b.heldOut! < a.heldOut! ? b : a)).validation
    const { metadata } = decodeSafetensors(readFileSync(join(run, 'model', 'model.safetensors')))
    expect(metadata).toMatchObject({ step: '12', best: String(lowest) })
    expect(readdirSync(join(run, 'checkpoints'))).toContain(`step-${String(lowest).padStart(8, '0')}`)
    expect(printed.join('\n')).toContain(`of step ${lowest}, the best on held-out data`)
  })

  it('draws both curves', () => {
    const chart = readFileSync(join(run, 'loss.svg'), 'utf8')
    expect(chart).toContain('held out')
    expect(chart.match(/<circle/g)).toHaveLength(3)
  })

  it('refuses what cannot be held out, and patience without it', async () => {
    expect(await refusal('train', 'flow', ...small, '--patience', '3')).toContain('expected --validate with --patience')
    expect(
      await refusal('train', 'gan', '--data', 'moons', '--validate', '0.1', '--backend', 'cpu', '--dry-run'),
    ).toContain('expected a model of one player for --validate, got')
  })
})

describe('gen train --tensorboard', () => {
  it('writes a record for each step and each measurement behind the first', () => {
    const [name, ...others] = readdirSync(run).filter((file) => file.startsWith('events.out.tfevents.'))
    expect(others).toEqual([])
    const bytes = readFileSync(join(run, name!))
    let records = 0
    for (let at = 0; at < bytes.length; at += 16 + Number(bytes.readBigUInt64LE(at))) records++
    expect(records).toBe(1 + 12 + 3)
    for (const tag of ['loss/flow/total', 'learning-rate/flow', 'held-out']) expect(bytes.includes(tag)).toBe(true)
  })
})
