import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openLog, readLog } from './run-log.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-log-'))

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('a run’s log', () => {
  it('begins a line of its own behind one that was cut short', async () => {
    const path = join(home, 'cut.jsonl')
    writeFileSync(path, '{"step":1,"loss":3}\n{"step":2,"lo')
    const log = await openLog('test', path)
    await log.append({ step: 2, loss: 2 })
    await log.append({ step: 3, loss: 1 })
    await log.close()
    expect((await readLog('test', path)).map(({ step, loss }) => [step, loss])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ])
  })

  it('goes on where it ended', async () => {
    const path = join(home, 'whole.jsonl')
    appendFileSync(path, '{"step":1,"loss":3}\n')
    const log = await openLog('test', path)
    await log.append({ step: 2, loss: 2 })
    await log.close()
    expect(readFileSync(path, 'utf8')).toBe('{"step":1,"loss":3}\n{"step":2,"loss":2}\n')
  })

  it('says what is wrong with its place, and is empty where there is none', async () => {
    symlinkSync('/dev/full', join(home, 'full.jsonl'))
    const full = await openLog('test', join(home, 'full.jsonl'))
    await expect(full.append({ step: 1 })).rejects.toThrow(
      /test: expected .*full.jsonl, got a full disk; free some space/,
    )
    await full.close()
    await expect(openLog('test', join(home, 'none', 'log.jsonl'))).rejects.toThrow(
      'the folder is missing or was removed',
    )
    expect(await readLog('test', join(home, 'none.jsonl'))).toEqual([])
    expect(await readLog('test', join(home, 'full.jsonl'))).toEqual([])
  })
})
