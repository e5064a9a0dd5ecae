/** The command line as a user meets it: real processes of the built `gen`, on the cpu backend and toy data. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { genIn } from './gen.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-cli-'))

const gen = genIn(home)

const small = [
  '--data',
  'moons',
  '--widths',
  '16,16',
  '--batch',
  '32',
  '--backend',
  'cpu',
  '--sample-count',
  '20',
  '--sample-steps',
  '4',
]
const weights = (run: string) => readFileSync(join(home, run, 'model', 'model.safetensors'))

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('gen', () => {
  it('shows its commands, and for each family all flags with their defaults', async () => {
    expect((await gen(['--help'])).text).toMatch(/train[\s\S]*sample[\s\S]*eval/)
    const { code, text } = await gen(['train', 'diffusion', '--help'])
    expect(code).toBe(0)
    expect(text).toMatch(/--steps[\s\S]*Default: 2000/)
    expect(text).toMatch(/--dry-run/)
  }, 30_000)

  it('loads nothing of ours for its help, which comes within 0.3 seconds of a core that way', () => {
    const dist = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'dist')
    const files = new Set<string>()
    const packages = new Set<string>()
    const follow = (file: string) => {
      if (files.has(file)) return
      files.add(file)
      const code = readFileSync(join(dist, file), 'utf8')
      for (const [, from = ''] of code.matchAll(/^(?:import|export)\b(?:[^;'"]*?\bfrom)? ?["']([^"']+)["']/gm)) {
        if (from.startsWith('./')) follow(from.slice(2))
        else packages.add(from)
      }
    }
    follow('index.js')
    expect([...packages].filter((name) => !isBuiltin(name))).toEqual(['picocolors'])
  })

  it.each([
    [['train', 'diffusion', '--setps', '3'], 'got --setps'],
    [['train', 'diffusion', '--steps', 'many'], 'expected --steps to be a number'],
    [['train', 'diffusion', '--data', 'nowhere'], "got 'nowhere'"],
    [['train', 'diffusion', '--resume', 'nowhere'], 'expected a run with a readable config.json'],
    [['sample', 'nowhere'], 'nowhere'],
    [['eval', 'nowhere.npy', '--data', 'moons'], 'expected to read nowhere.npy'],
    [['eval', 'run', '--metrics', 'fid,fog'], 'expected --metrics to be some of fid, kid'],
    [['paint'], "got 'paint'"],
  ])(
    'refuses %j with a message and no stack',
    async (words, message) => {
      const { code, text } = await gen(words)
      expect(code).toBe(1)
      expect(text).toContain(message)
      expect(text).not.toContain('    at ')
    },
    30_000,
  )

  it('shows with --dry-run what it would do, and writes nothing', async () => {
    const { code, text } = await gen(['train', 'diffusion', ...small, '--out', 'dry', '--dry-run'])
    expect(code).toBe(0)
    expect(text).toContain('parameters')
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({ family: 'diffusion', data: 'moons', batch: 32 })
    expect(existsSync(join(home, 'dry'))).toBe(false)
  }, 30_000)

  it('trains into a run folder, and samples from it with the same seed the same numbers', async () => {
    const { code, text } = await gen([
      'train',
      'diffusion',
      ...small,
      '--steps',
      '40',
      '--checkpoint-every',
      '20',
      '--out',
      'run',
    ])
    expect(text).toContain('done after step 40')
    expect(code).toBe(0)
    expect(readdirSync(join(home, 'run')).sort()).toEqual([
      'checkpoints',
      'config.json',
      'log.jsonl',
      'loss.svg',
      'model',
      'samples',
    ])
    expect(readFileSync(join(home, 'run', 'model', 'README.md'), 'utf8')).toContain('# diffusion on moons')
    for (const name of ['a.npy', 'b.npy'])
      await gen(['sample', 'run', '--count', '8', '--backend', 'cpu', '--out', name])
    expect(readFileSync(join(home, 'a.npy'))).toEqual(readFileSync(join(home, 'b.npy')))
    const measured = await gen([
      'eval',
      'run',
      '--count',
      '60',
      '--real-count',
      '80',
      '--steps',
      '4',
      '--backend',
      'cpu',
    ])
    expect(measured.text).toMatch(/60 samples of run against moons \(test\)[\s\S]*\nfid .*coordinates \[2\] +none/)
    const { results, drawn } = JSON.parse(readFileSync(join(home, 'run', 'eval.json'), 'utf8'))
    expect(drawn).toMatchObject({ family: 'diffusion', steps: 4 })
    expect(results[0]).toMatchObject({ metric: 'fid', samples: { real: 80, fake: 60 }, features: { resizer: 'none' } })
    expect((await gen(['train', 'diffusion', ...small, '--out', 'run'])).text).toContain('pass --resume')
  }, 60_000)

  it('saves and ends on Ctrl-C, and goes on to the weights of a run that never stopped', async () => {
    const options = [...small, '--steps', '60', '--checkpoint-every', '25']
    await gen(['train', 'diffusion', ...options, '--out', 'whole'])
    let asked = false
    const stopped = await gen(['train', 'diffusion', ...options, '--out', 'cut'], (text, child) => {
      if (asked || !/step \d+\/60/.test(text)) return
      asked = true
      child.kill('SIGINT')
    })
    expect(stopped.text).toMatch(/stopped after step \d+/)
    expect(stopped.code).toBe(130)
    const resumed = await gen(['train', 'diffusion', '--resume', 'cut'])
    expect(resumed.text).toContain('done after step 60')
    expect(weights('cut').equals(weights('whole'))).toBe(true)
  }, 90_000)

  it('calls a damaged checkpoint damaged and leaves the run as it was', async () => {
    await gen(['train', 'diffusion', ...small, '--steps', '10', '--out', 'hurt'])
    const folder = join(home, 'hurt', 'checkpoints')
    const [last] = readdirSync(folder).sort().reverse()
    const file = join(folder, last as string, 'weights.safetensors')
    const { truncateSync } = await import('node:fs')
    truncateSync(file, 100)
    const before = weights('hurt')
    const { code, text } = await gen(['train', 'diffusion', '--resume', 'hurt'])
    expect(code).toBe(1)
    expect(text).toMatch(/expected .*weights.safetensors to have \d+ bytes/)
    expect(weights('hurt').equals(before)).toBe(true)
  }, 60_000)
})
