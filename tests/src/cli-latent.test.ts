/** `gen align` and `gen edit` as a user meets them: real processes of the built `gen`, on small models. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const bin = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packages', 'cli', 'bin', 'gen.js')
const home = mkdtempSync(join(tmpdir(), 'gen-latent-cli-'))

function gen(...words: string[]): { code: number | null; text: string } {
  const options = { cwd: home, env: { ...process.env, NO_COLOR: '1' }, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], options)
  return { code: status, text: stdout + stderr }
}

const small = [
  '--data',
  'mnist',
  '--network',
  'mlp',
  '--widths',
  '32',
  '--latent',
  '4',
  '--batch',
  '16',
  '--backend',
  'cpu',
]
const json = (file: string) => JSON.parse(readFileSync(join(home, file), 'utf8'))

describe('gen align and gen edit', () => {
  beforeAll(() => {
    for (const seed of ['1', '2']) {
      const { code, text } = gen('train', 'vae', ...small, '--steps', '40', '--seed', seed, '--out', `run-${seed}`)
      if (code !== 0) throw new Error(text)
    }
  }, 120_000)

  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('map one model onto another, and write the map and a report', () => {
    const { code, text } = gen(
      'align',
      'run-1',
      'run-2',
      '--support',
      '40',
      '--test',
      '40',
      '--report',
      '--backend',
      'cpu',
    )
    expect(text).toMatch('| M: through run-1 → run-2 |')
    expect(code).toBe(0)
    expect(json('align/map.json').matrix).toHaveLength(4)
    expect(json('align/comparison.json').points).toEqual({ support: 40, test: 40 })
    expect(readFileSync(join(home, 'align/report.md'), 'utf8')).toMatch('pictures.png')
    expect(existsSync(join(home, 'align/pictures.png'))).toBe(true)
  }, 60_000)

  it('change a class of examples, and keep others', () => {
    const few = ['--count', '120', '--shown', '3', '--steps', '3', '--backend', 'cpu']
    const { code, text } = gen('edit', 'run-1', '--attribute', '1', '--keep', '7,0', ...few)
    expect(text).toMatch(/1: the boundary is right for [\d.]+ %[\s\S]*7: [\s\S]*0: /)
    expect(code).toBe(0)
    expect(readFileSync(join(home, 'edit.png')).subarray(1, 4).toString()).toBe('PNG')
    expect(gen('edit', 'run-1', '--attribute', 'glasses', ...few).text).toMatch(
      "expected a class from 0 to 9, got 'glasses'",
    )
    expect(gen('edit', 'run-1', ...few).text).toMatch('expected --attribute, got none')
  }, 60_000)
})
