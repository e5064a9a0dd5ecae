/** Runs on the command line that meet other processes, signals, full disks and second thoughts: real processes of the built `gen`. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, normalArray } from '@gen/backend'
import { encodeNpy } from '@gen/io'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { genIn } from './gen.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-cli-runs-'))
const gen = genIn(home)
const at = (...parts: string[]) => join(home, ...parts)

const train = ['train', 'diffusion']
const options = ['--widths', '16', '--batch', '16', '--backend', 'cpu', '--sample-count', '4', '--sample-steps', '2']
const small = [...train, '--data', 'moons', ...options]

interface Entry {
  step: number
  loss: number
  seconds: number
  learningRate: { denoiser: number }
}

/** The log's steps as they were done last, by their number. */
function logOf(run: string): Map<number, Entry> {
  const lines = readFileSync(at(run, 'log.jsonl'), 'utf8').split('\n').filter(Boolean)
  const entries = lines.map((line) => JSON.parse(line) as Entry).filter(({ loss }) => loss !== undefined)
  return new Map(entries.map((entry) => [entry.step, entry]))
}
const ratesOf = (run: string, from: number) =>
  [...logOf(run).values()].filter(({ step }) => step > from).map(({ learningRate }) => learningRate.denoiser)
const stepsOf = (run: string) => readdirSync(at(run, 'checkpoints')).map((name) => Number(name.slice(5)))
const weights = (run: string) => readFileSync(at(run, 'model', 'model.safetensors'))
const config = (run: string) => JSON.parse(readFileSync(at(run, 'config.json'), 'utf8'))

/** Calls `act` once, when the process has printed what `pattern` describes. */
function once(pattern: RegExp, act: (child: ChildProcess) => void): (text: string, child: ChildProcess) => void {
  let done = false
  return (text, child) => {
    if (done || !pattern.test(text)) return
    done = true
    act(child)
  }
}

function points(name: string, seed: number, columns = 2, rows = 60): void {
  const bytes = tidy(() => encodeNpy(tensor(normalArray(key(seed), rows, columns), [rows, columns])))
  writeFileSync(at(name), bytes)
}

beforeAll(async () => {
  points('table.npy', 1)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('a run belongs to one process', () => {
  it('which others are told of; a killed one’s is taken over, and resumed it leaves what a calm one leaves', async () => {
    const [calm, hunted] = [join(home, 'calm'), join(home, 'hunted')]
    for (const folder of [calm, hunted]) mkdirSync(folder)
    const words = [...small, '--steps', '90', '--checkpoint-every', '20', '--sample-every', '30', '--out', 'run']
    let others: Promise<{ code: number | null; text: string }[]> | undefined
    let pid = 0
    const kill = once(/^samples /m, (child) => {
      // It can do no step until the others are through.
      child.kill('SIGSTOP')
      pid = child.pid ?? 0
      const again = genIn(hunted)
      others = Promise.all([again([...train, '--resume', 'run']), again(words)]).finally(() => child.kill('SIGKILL'))
    })
    const whole = genIn(calm)(words)
    await genIn(hunted)(words, kill)
    const [resumed, afresh] = (await others) ?? []
    expect(resumed).toMatchObject({ code: 1, text: expect.stringContaining(`in which process ${pid} on `) })
    expect(afresh).toMatchObject({ code: 1, text: expect.stringContaining('got the run in run; pass --resume') })
    expect(existsSync(join(hunted, 'run', 'lock'))).toBe(true)
    const { code, text } = await genIn(hunted)([...train, '--resume', 'run'])
    expect([code, text]).toEqual([0, expect.stringContaining('done after step 90')])
    expect((await whole).code).toBe(0)
    expect(contentOf(join(hunted, 'run'))).toEqual(contentOf(join(calm, 'run')))
    expect(readdirSync(join(hunted, 'run')).sort()).toEqual(
      ['checkpoints', 'config.json', 'log.jsonl', 'loss.svg', 'model', 'samples'].sort(),
    )
  }, 120_000)

  it('of several that start at once, one trains', async () => {
    const words = [...small, '--steps', '40', '--out', 'raced']
    const ends = await Promise.all([gen(words), gen(words), gen(words)])
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 1, 1])
    for (const { text } of ends.filter(({ code }) => code === 1))
      expect(text).toMatch(/in which process \d+|got the run in/)
    expect([...logOf('raced').keys()]).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    expect(stepsOf('raced')).toEqual([40])
  }, 120_000)
})

/** Every file of a run, without what tells the time. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )
  return Object.fromEntries(
    names.sort().map((name) => {
      const bytes = readFileSync(join(folder, name))
      if (name === 'log.jsonl') return [name, lastLines(bytes.toString())]
      const text = bytes.toString('latin1')
      return [name, name.endsWith('README.md') ? text.replace(/\| seconds of training \| \d+ \|/, '') : text]
    }),
  )
}

/** The lines of the log, each as it was written last: a killed process's are written again. */
function lastLines(log: string): string {
  const lines = log.replaceAll(/,"seconds":[\d.]+/g, '').split('\n')
  const named = new Map(lines.map((line) => [/"(?:step|checkpoint)":\d+/.exec(line)?.[0] ?? line, line]))
  return [...named.values()].sort().join('\n')
}

describe('a run that is asked to stop', () => {
  it.each<['SIGINT' | 'SIGTERM' | 'SIGHUP', number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])(
    'by %s saves all and ends with %d',
    async (signal, expected) => {
      const { code, text } = await gen(
        [...small, '--steps', '1000000', '--sample-every', '20', '--checkpoint-every', '1000000', '--out', signal],
        once(/^samples /m, (child) => child.kill(signal)),
      )
      expect(code).toBe(expected)
      const step = Number(/stopped after step (\d+)/.exec(text)?.[1])
      expect(stepsOf(signal)).toEqual([step])
      expect(weights(signal).length).toBeGreaterThan(0)
      expect(existsSync(at(signal, 'lock'))).toBe(false)
    },
    60_000,
  )

  it('while its folder is made leaves what can be resumed, and no half-made lock', async () => {
    let timer: NodeJS.Timeout | undefined
    const { code } = await gen(
      [...small, '--steps', '1000000', '--out', 'early'],
      once(/parameters/, (child) => {
        timer = setInterval(() => existsSync(at('early')) && child.kill('SIGHUP') && clearInterval(timer), 1)
      }),
    )
    clearInterval(timer)
    expect(code).toBe(129)
    expect(readdirSync(at('early')).filter((name) => name.includes('lock'))).toEqual([])
    const resumed = await gen([...train, '--resume', 'early', '--steps', '3'])
    expect(resumed.code, resumed.text).toBe(0)
  }, 60_000)

  it('by whoever stops reading saves all, and is no success', async () => {
    const { code } = await gen(
      [...small, '--steps', '1000000', '--sample-every', '20', '--checkpoint-every', '1000000', '--out', 'unread'],
      once(/^samples /m, ({ stdout, stderr }) => {
        stdout?.destroy()
        stderr?.destroy()
      }),
    )
    expect(code).toBe(141)
    const [step] = stepsOf('unread')
    expect(logOf('unread').size).toBe(step)
    expect(weights('unread').length).toBeGreaterThan(0)
  }, 60_000)
})

describe('--resume', () => {
  let earlier = new Uint8Array()

  beforeAll(async () => {
    const made = [
      gen([...train, '--data', 'table.npy', ...options, '--clip-norm', 'Infinity', '--steps', '30', '--out', 'short']),
    ]
    made.push(
      gen([...train, '--data', 'table.npy', ...options, '--clip-norm', 'Infinity', '--steps', '50', '--out', 'long']),
    )
    for (const { code, text } of await Promise.all(made)) if (code !== 0) throw new Error(text)
    earlier = weights('short')
  }, 120_000)

  it('of a run that is done changes nothing', async () => {
    const before = contentOf(at('short'))
    const { code, text } = await gen([...train, '--resume', 'short'])
    expect([code, text]).toEqual([0, expect.stringContaining('done already after step 30')])
    expect(contentOf(at('short'))).toEqual(before)
  }, 60_000)

  it('refuses what would change the run, and other data', async () => {
    const changed = await gen([...train, '--resume', 'short', '--steps', '99', '--batch', '7', '--seed=5'])
    expect(changed.code).toBe(1)
    expect(changed.text).toContain("expected the run's own --batch 16 --seed 0, got --batch 7 --seed 5")
    const table = readFileSync(at('table.npy'))
    renameSync(at('table.npy'), at('moved.npy'))
    table[table.length - 1] = table.at(-1)! ^ 1
    writeFileSync(at('table.npy'), table)
    const otherContent = await gen([...train, '--resume', 'short', '--steps', '40'])
    expect(otherContent.text).toMatch(
      /expected the data that the run was trained on, got others in table.npy \(batches.content/,
    )
    points('table.npy', 1, 3)
    const otherShape = await gen([...train, '--resume', 'short', '--steps', '40'])
    expect(otherShape.text).toContain('expected the data that the run was trained on, got others in table.npy')
    points('table.npy', 1, 2, 61)
    const otherSize = await gen([...train, '--resume', 'short', '--steps', '40'])
    expect(otherSize.text).toContain('expected the data that the run was trained on, got others in table.npy')
    expect([otherContent.code, otherShape.code, otherSize.code]).toEqual([1, 1, 1])
    expect(config('short').values).toMatchObject({
      steps: 30,
      batch: 16,
      seed: 0,
      data: 'table.npy',
      clipNorm: 'Infinity',
    })
    expect(stepsOf('short')).toEqual([30])
    copyFileSync(at('moved.npy'), at('table.npy'))
  }, 120_000)

  it('lengthens with --steps, on data that have moved, with the schedule of the longer run', async () => {
    copyFileSync(at('table.npy'), at('moved.npy'))
    const words = ['--resume', 'short', '--steps', '50', '--data', 'moved.npy', '--batch', '16']
    const { code, text } = await gen([...train, ...words])
    expect([code, text]).toEqual([0, expect.stringContaining('done after step 50')])
    expect(ratesOf('short', 30)).toEqual(ratesOf('long', 30))
    expect(config('short').values).toMatchObject({ steps: 50, data: 'moved.npy' })
    expect(readFileSync(at('short', 'model', 'README.md'), 'utf8')).toContain('50 of 50 steps')
    expect((await gen([...train, '--resume', 'short'])).text).toContain('done already after step 50')
  }, 90_000)

  it('writes the model of a run that ended without, or with an earlier one', async () => {
    const before = contentOf(at('long'))
    writeFileSync(at('long', 'model', 'model.safetensors'), earlier)
    const { code, text } = await gen([...train, '--resume', 'long'])
    expect([code, text]).toEqual([0, expect.stringContaining('done after step 50')])
    expect(contentOf(at('long'))).toEqual(before)
  }, 90_000)
})

describe('--minutes', () => {
  const words = ['train', 'flow', '--data', 'moons', '--hidden', '8', '--layers', '2', '--bins', '3', '--batch', '16']
  const brief = [
    ...words,
    '--backend',
    'cpu',
    '--sample-count',
    '4',
    '--sample-every',
    '40',
    '--steps',
    '50',
    '--minutes',
    '0.08',
  ]
  const seconds = 4.8
  const secondsOf = (run: string) => [...logOf(run).values()].at(-1)!.seconds

  it('takes its time with steps of a millisecond, and its schedule ends with it', async () => {
    const { code, text } = await gen([...brief, '--out', 'timed'])
    expect([code, text]).toEqual([0, expect.stringContaining('done after step')])
    expect(Math.abs(secondsOf('timed') - seconds)).toBeLessThan(0.2 * seconds)
    const rates = [...logOf('timed').values()].map(({ learningRate }) => Object.values(learningRate)[0]!)
    expect(rates.at(-1)! / Math.max(...rates)).toBeLessThan(0.5)
    expect(rates[Math.floor(rates.length / 3)]! / Math.max(...rates)).toBeGreaterThan(0.2)
    const last = `step-${String(rates.length).padStart(8, '0')}`
    const state = JSON.parse(readFileSync(at('timed', 'checkpoints', last, 'state.json'), 'utf8'))
    expect(state.pace).toMatchObject({ steps: rates.length, time: { seconds } })
  }, 60_000)

  it('counts the time before a stop', async () => {
    const stop = once(/^samples /m, (child) => child.kill('SIGINT'))
    expect((await gen([...brief, '--out', 'stopped'], stop)).code).toBe(130)
    const before = secondsOf('stopped')
    const { code, text } = await gen(['train', 'flow', '--resume', 'stopped'])
    expect([code, text]).toEqual([0, expect.stringContaining('done after step')])
    expect(secondsOf('stopped')).toBeGreaterThan(before)
    expect(Math.abs(secondsOf('stopped') - seconds)).toBeLessThan(0.2 * seconds)
    expect(config('stopped').values.minutes).toBe(0.08)
  }, 60_000)
})

describe('a finished training is never lost', () => {
  it.each([
    ['points of a line', 'line.npy', 1],
    ['a table', 'wide.npy', 5],
  ])(
    '%s',
    async (_name, file, columns) => {
      points(file, 3, columns)
      const { code, text } = await gen([...train, '--data', file, ...options, '--steps', '3', '--out', `run-${file}`])
      expect([code, text]).toEqual([0, expect.stringContaining('done after step 3')])
      expect(readdirSync(at(`run-${file}`, 'samples'))).toEqual(['step-000003.svg'])
    },
    60_000,
  )

  it('where its pictures and its log cannot be written', async () => {
    const watch = once(/step 1/, () => {
      // A device that is always full, in place of a file and of a folder.
      rmSync(at('blocked', 'samples'), { recursive: true, force: true })
      writeFileSync(at('blocked', 'samples'), '')
    })
    const words = [...small, '--steps', '400', '--sample-every', '390', '--out', 'blocked']
    const { code, text } = await gen(words, watch)
    expect([code, text]).toEqual([0, expect.stringContaining('done after step 400')])
    expect(text).toMatch(/warning {2}.*samples.*a file where a folder should be/)
    expect(weights('blocked').length).toBeGreaterThan(0)
    rmSync(at('blocked', 'log.jsonl'))
    symlinkSync('/dev/full', at('blocked', 'log.jsonl'))
    const longer = await gen([...train, '--resume', 'blocked', '--steps', '410'])
    expect([longer.code, longer.text]).toEqual([0, expect.stringContaining('done after step 410')])
    expect(longer.text.match(/warning .*log.jsonl, got a full disk/g)).toHaveLength(1)
  }, 90_000)

  it('where its folder is removed under it', async () => {
    const { code, text } = await gen(
      [...small, '--steps', '400', '--checkpoint-every', '50', '--out', 'removed'],
      once(/step 1/, () => rmSync(at('removed'), { recursive: true, force: true })),
    )
    expect([code, text]).toEqual([0, expect.stringContaining('done after step 400')])
    expect(config('removed').values.steps).toBe(400)
    expect(stepsOf('removed')).toContain(400)
    expect(logOf('removed').size).toBeGreaterThan(0)
    expect((await gen([...train, '--resume', 'removed'])).text).toContain('done already')
  }, 90_000)
})

describe('what cannot be written is said in words, and leaves nothing half-made', () => {
  it('--out of gen sample and gen eval', async () => {
    if (!existsSync(at('short'))) await gen([...small, '--steps', '3', '--out', 'short'])
    symlinkSync('/dev/full', at('full.npy'))
    writeFileSync(at('file'), '')
    const sampled = ['sample', 'short', '--count', '4', '--backend', 'cpu', '--out']
    const measured = [
      'eval',
      'short',
      '--data',
      'moons',
      '--count',
      '20',
      '--real-count',
      '20',
      '--backend',
      'cpu',
      '--out',
    ]
    const cases = [
      [[...sampled, 'full.npy'], 'gen sample: expected a place that can be written at full.npy, got a full disk'],
      [[...sampled, 'file/a.npy'], 'got a file where a folder should be'],
      [[...measured, 'file/eval.json'], 'gen eval: expected a place that can be written at file/eval.json'],
    ] as const
    for (const { code, text, message } of await Promise.all(
      cases.map(async ([words, message]) => ({ ...(await gen([...words])), message })),
    )) {
      expect([code, text]).toEqual([1, expect.stringContaining(message)])
      expect(text).not.toContain('    at ')
    }
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
  }, 90_000)

  it('a run whose folder cannot be', async () => {
    writeFileSync(at('plain'), '')
    const { code, text } = await gen([...small, '--steps', '3', '--out', 'plain/deep/run'])
    expect([code, text]).toEqual([
      1,
      expect.stringContaining('gen train: expected a place that can be written at plain/deep/run'),
    ])
  }, 60_000)

  const disk = tryToMount()
  it.skipIf(disk === undefined)(
    'a full disk, and one that fills up (skipped where none can be mounted)',
    async () => {
      const fill = (bytes: number) => writeFileSync(join(disk!, 'ballast'), new Uint8Array(bytes))
      try {
        spawnSync('dd', ['if=/dev/zero', `of=${join(disk!, 'ballast')}`, 'bs=4096'])
        const none = await gen([...small, '--steps', '3', '--out', join(disk!, 'a', 'b')])
        expect([none.code, none.text]).toEqual([1, expect.stringContaining('a full disk')])
        expect(none.text).not.toContain('    at ')
        expect(readdirSync(disk!)).toEqual(['ballast'])
        fill(100_000)
        const words = [...small, '--steps', '4000', '--checkpoint-every', '10', '--sample-every', '25']
        const watch = once(/^samples /m, () =>
          spawnSync('dd', ['if=/dev/zero', `of=${join(disk!, 'ballast')}`, 'bs=4096']),
        )
        const full = await gen([...words, '--out', join(disk!, 'run')], watch)
        expect([full.code, full.text]).toEqual([1, expect.stringContaining('full disk')])
        expect(full.text).not.toContain('    at ')
        fill(0)
        const last = Math.max(...readdirSync(join(disk!, 'run', 'checkpoints')).map((name) => Number(name.slice(5))))
        expect(last).toBeGreaterThan(0)
        const resumed = await gen([...train, '--resume', join(disk!, 'run'), '--steps', String(last + 5)])
        expect([resumed.code, resumed.text]).toEqual([0, expect.stringContaining(`done after step ${last + 5}`)])
      } finally {
        execFileSync('umount', [disk!])
      }
    },
    120_000,
  )
})

/** A disk of a megabyte, where the machine lets us have one. */
function tryToMount(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'gen-full-'))
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0 ? folder : undefined
}
