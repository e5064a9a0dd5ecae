import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { key, uniformArray } from '@gen/backend'
import { folderStore } from '@gen/io/node'
import { afterAll, beforeAll, expect, it } from 'vitest'

const script = fileURLToPath(new URL('fixtures/killed-run.ts', import.meta.url))
let root = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gen-kill-'))
})

afterAll(() => rm(root, { recursive: true, force: true }))

/** Runs the training; the callback sees each line and may kill. Resolves to all lines and whether it was killed. */
function train(folder: string, watch: (line: string, child: ChildProcess) => void): Promise<[string[], boolean]> {
  return new Promise((resolve, reject) => {
    const node = ['--import', 'tsx', '--conditions=@gen/source', script, folder]
    const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: string[] = []
    let rest = ''
    child.stdout.on('data', (data: Buffer) => {
      const parts = (rest + data.toString()).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        watch(line, child)
      }
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve([lines, signal === 'SIGKILL'])
      else reject(new Error(`the training ended with code ${code}, signal ${signal}`))
    })
  })
}

it('a run that is killed again and again, also while it writes, has the weights of one that never was', async () => {
  const [calm, hunted] = [join(root, 'calm'), join(root, 'hunted')]
  const whole = train(calm, () => {})
  const chance = uniformArray(key(11), 1, 5)
  // Three within a write (milliseconds after it began), two after some step, none at last.
  const hunts = [...chance.slice(0, 3)].map((u) => ({ at: 'writing', delay: 30 * u }))
  hunts.push(...[...chance.slice(3)].map((u) => ({ at: 'step', delay: 25 * u })))
  const starts: string[] = []
  let midWrite = 0
  for (const [round, { at, delay }] of hunts.entries()) {
    let armed = false
    const [lines, killed] = await train(hunted, (line, child) => {
      if (armed || !line.startsWith(at) || Number(line.split(' ')[1]) < 40 * (round + 1)) return
      armed = true
      setTimeout(() => child.kill('SIGKILL'), delay)
    })
    expect(killed).toBe(true)
    starts.push(lines[0]!)
    if (lines.at(-1)!.startsWith('writing')) midWrite++
  }
  const [lines] = await train(hunted, () => {})
  expect(lines.at(-1)).toBe('done')
  expect(new Set([...starts, lines[0]]).size).toBeGreaterThan(3)
  expect(midWrite).toBeGreaterThan(0)
  expect((await whole)[0].at(-1)).toBe('done')

  const [expected, actual] = [folderStore(calm), folderStore(hunted)]
  expect(await actual.list()).toEqual(await expected.list())
  for (const step of await expected.list()) {
    const [a, b] = [await expected.load(step), await actual.load(step)]
    expect(Buffer.compare(a['weights.safetensors']!, b['weights.safetensors']!)).toBe(0)
    expect(Buffer.compare(a['state.json']!, b['state.json']!)).toBe(0)
  }
  expect((await readdir(hunted)).filter((name) => name.startsWith('.tmp'))).toEqual([])
}, 120_000)
