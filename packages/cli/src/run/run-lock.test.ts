import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { thisProcess } from './process-identity.ts'
import { lockRun } from './run-lock.ts'

const root = mkdtempSync(join(tmpdir(), 'gen-lock-'))
const script = fileURLToPath(new URL('fixtures/lock-holder.ts', import.meta.url))
let folders = 0

afterAll(() => rmSync(root, { recursive: true, force: true }))

function fresh(): string {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  return folder
}

/** A lock that someone left. */
function left(folder: string, owner: object | string): void {
  mkdirSync(join(folder, 'lock'))
  writeFileSync(join(folder, 'lock', 'owner.json'), typeof owner === 'string' ? owner : JSON.stringify(owner))
}

/** A process that holds or is refused; resolves to the next line that it prints. */
function holder(folder: string): { child: ChildProcess; line(): Promise<string> } {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@gen/source', script, folder])
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  child.stdout.on('data', (data: Buffer) => {
    for (const text of data.toString().split('\n').filter(Boolean)) {
      const next = waiting.shift()
      if (next) next(text)
      else lines.push(text)
    }
  })
  return {
    child,
    line: () => new Promise((resolve) => (lines.length > 0 ? resolve(lines.shift()!) : waiting.push(resolve))),
  }
}

const dead = { host: hostname(), pid: 2 ** 22 + 7, started: null }

describe('lockRun', () => {
  it('is held until it is released, and leaves nothing', async () => {
    const folder = fresh()
    const lock = await lockRun('test', folder)
    expect(JSON.parse(readFileSync(join(folder, 'lock', 'owner.json'), 'utf8'))).toEqual(await thisProcess())
    await expect(lockRun('test', folder)).rejects.toThrow(`process ${process.pid} on ${hostname()}`)
    await lock.release()
    expect(readdirSync(folder)).toEqual([])
    await (await lockRun('test', folder)).release()
  })

  it.each<[string, object | string]>([
    ['a dead process', dead],
    ['another process that had this number', { host: hostname(), pid: process.pid, started: '1' }],
    ['a machine that stopped while it was written', ''],
    ['no one knows whom', '{"pid":"seven"}'],
  ])('takes over from %s', async (_name, owner) => {
    const folder = fresh()
    left(folder, owner)
    const lock = await lockRun('test', folder)
    expect(JSON.parse(readFileSync(join(folder, 'lock', 'owner.json'), 'utf8')).pid).toBe(process.pid)
    await lock.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves the lock of another machine, which it cannot see', async () => {
    const folder = fresh()
    left(folder, { ...dead, host: 'elsewhere' })
    await expect(lockRun('test', folder)).rejects.toThrow(
      `process ${dead.pid} on elsewhere trains; wait for it or stop`,
    )
    expect(readdirSync(folder)).toEqual(['lock'])
  })

  it('gives way to a living process that is about to take a dead one’s away, and follows one that died over it', async () => {
    const folder = fresh()
    left(folder, dead)
    const claim = (number: number, owner: object) => {
      mkdirSync(join(folder, 'lock', `claim-${number}`))
      writeFileSync(join(folder, 'lock', `claim-${number}`, 'owner.json'), JSON.stringify(owner))
    }
    claim(1, dead)
    claim(2, await thisProcess())
    await expect(lockRun('test', folder)).rejects.toThrow(`process ${process.pid}`)
    expect(readdirSync(folder)).toEqual(['lock'])
    rmSync(join(folder, 'lock', 'claim-2'), { recursive: true })
    mkdirSync(join(folder, '.lock-moved-by-who-died'))
    await (await lockRun('test', folder)).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of many processes that find a dead one’s, one takes it', async () => {
    const folder = fresh()
    left(folder, dead)
    const racers = Array.from({ length: 5 }, () => holder(folder))
    for (const { line } of racers) expect(await line()).toBe('ready')
    for (const { child } of racers) child.stdin!.write('go\n')
    const told = await Promise.all(racers.map(({ line }) => line()))
    const winner = told.indexOf('held')
    expect(told.filter((line) => line === 'held')).toHaveLength(1)
    // Who is refused names who stood there at that moment, which may be one that then gave way to the winner.
    const numbers = racers.map(({ child }) => child.pid)
    for (const line of told.filter((text) => text !== 'held'))
      expect(numbers).toContain(Number(/process (\d+) on/.exec(line)?.[1]))
    const closed = new Promise((resolve) => racers[winner]!.child.on('close', resolve))
    racers[winner]!.child.stdin!.end()
    await closed
    expect(readdirSync(folder)).toEqual([])
  }, 60_000)
})
