import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GenError } from '@gen/backend'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeDurably } from './durable.ts'
import { folderStore, storeWith } from './folder-store.ts'
import { manifestName } from './manifest.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'gen-store-'))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

const files = (seed: number): Record<string, Uint8Array> => ({
  'model.safetensors': Uint8Array.from({ length: 5000 }, (_, i) => i * seed),
  'state.json': new TextEncoder().encode(`{"seed":${seed}}`),
  empty: new Uint8Array(0),
})
const shell = (command: string, at: string): boolean =>
  spawnSync('sh', ['-c', `${command} "$1"`, 'sh', at]).status === 0
const mount = (at: string): boolean => shell('mount -t tmpfs -o size=64k tmpfs', at)
const unmount = (at: string): boolean => shell('umount', at)
const temporaries = (): string[] => readdirSync(path).filter((name) => name.startsWith('.tmp-'))

async function failureOf(promise: Promise<unknown>): Promise<GenError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  if (!GenError.is(error)) throw new Error(`expected a GenError, got ${error}`)
  return error
}

describe('folderStore', () => {
  it('loads what was saved, lists steps in order and forgets what is removed', async () => {
    const store = folderStore(join(path, 'new', 'folder'))
    expect(await store.list()).toEqual([])
    for (const step of [300, 2, 123_456_789]) expect(existsSync(await store.save(step, files(step)))).toBe(true)
    expect(await store.list()).toEqual([2, 300, 123_456_789])
    expect(readdirSync(join(path, 'new', 'folder'))).toContain('step-00000300')
    expect(await store.load(300)).toEqual(files(300))
    await store.remove(300)
    await store.remove(300)
    expect(await store.list()).toEqual([2, 123_456_789])
  })

  it('keeps files whose names objects have by themselves', async () => {
    const store = folderStore(path)
    const named = { constructor: new Uint8Array([1]), prototype: new Uint8Array([2]), toString: new Uint8Array([3]) }
    await store.save(1, named)
    expect(await store.load(1)).toEqual(named)
  })

  it('refuses more files than its manifest can list, before anything is written', async () => {
    const many = Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`file-${i}`, new Uint8Array(0)]))
    const error = await failureOf(folderStore(path).save(1, many))
    expect(error.message).toMatch(/files that 1048576 bytes can list, got 9000, listed in \d+; save fewer/)
    expect(readdirSync(path)).toEqual([])
  })

  it('replaces a checkpoint of the same step', async () => {
    const store = folderStore(path)
    await store.save(5, files(1))
    await store.save(5, { only: new Uint8Array([9]) })
    expect(await store.load(5)).toEqual({ only: new Uint8Array([9]) })
    expect(temporaries()).toEqual([])
  })

  it('takes saves of different steps at once', async () => {
    const store = folderStore(path)
    await Promise.all([1, 2, 3, 4].map((step) => store.save(step, files(step))))
    expect(await Promise.all([1, 2, 3, 4].map((step) => store.load(step)))).toEqual([1, 2, 3, 4].map(files))
  })

  it('lists neither temporaries nor folders without a manifest nor other names', async () => {
    const store = folderStore(path)
    await store.save(1, files(1))
    for (const name of ['.tmp-elsewhere-1-save-2-abc', 'step-00000003', 'step-4', 'step-000000001', 'notes'])
      mkdirSync(join(path, name))
    expect(await store.list()).toEqual([1])
  })

  it.each(['../escape', 'a/b', '.hidden', '', manifestName, 'nul', 'C:x', 'a\0b', 'dot.'])(
    'refuses the file name %j',
    async (name) => {
      const error = await failureOf(folderStore(path).save(1, { [name]: new Uint8Array(1) }))
      expect(error.message).toMatch(/plain file name/)
      expect(readdirSync(path)).toEqual([])
    },
  )

  it('refuses a step that is no natural number', async () => {
    expect((await failureOf(folderStore(path).save(-1, {}))).code).toBe('range')
    expect((await failureOf(folderStore(path).load(1.5))).code).toBe('value')
  })
})

describe('a damaged checkpoint', () => {
  const broken = async (damage: (folder: string) => void): Promise<GenError> => {
    const store = folderStore(path)
    damage(await store.save(7, files(3)))
    const error = await failureOf(store.load(7))
    expect(error.code).toBe('file')
    return error
  }

  it('that is truncated is refused', async () => {
    const error = await broken((folder) => truncateSync(join(folder, 'model.safetensors'), 4999))
    expect(error.message).toMatch(/model.safetensors to have 5000 bytes, got 4999; the checkpoint is damaged/)
  })

  it('with one wrong bit is refused', async () => {
    const error = await broken((folder) => {
      const bytes = readFileSync(join(folder, 'model.safetensors'))
      bytes[2500] = (bytes[2500] as number) ^ 1
      writeFileSync(join(folder, 'model.safetensors'), bytes)
    })
    expect(error.message).toMatch(/checksum/)
  })

  it('that lacks a file is refused', async () => {
    expect((await broken((folder) => rmSync(join(folder, 'empty')))).message).toMatch(/no such file/)
  })

  it.each([
    ['nothing', '', /JSON/],
    ['another format', '{"format":2,"step":7,"files":{}}', /format 1/],
    ['a list of files', '{"format":1,"step":7,"files":[]}', /no object/],
    ['a list', '[]', /format 1/],
    ['a file without checksum', '{"format":1,"step":7,"files":{"constructor":{"bytes":1}}}', /format 1/],
    ['another step', '{"format":1,"step":8,"files":{}}', /of step 7, got one of step 8/],
    ['an escape', `{"format":1,"step":7,"files":{"../x":{"bytes":0,"sha256":"${'0'.repeat(64)}"}}}`, /plain file name/],
  ])('whose manifest holds %s is refused', async (_, text, message) => {
    expect((await broken((folder) => writeFileSync(join(folder, manifestName), text))).message).toMatch(message)
  })

  it('that is not there is named with those that are', async () => {
    await folderStore(path).save(7, files(1))
    expect((await failureOf(folderStore(path).load(8))).message).toMatch(/of step 8 in .*, got steps 7$/)
  })
})

describe('a full disk', () => {
  const full = (after: number): typeof writeDurably => {
    let written = 0
    return async (file, bytes) => {
      if (++written <= after) return writeDurably(file, bytes)
      await writeDurably(file, bytes.subarray(0, bytes.length / 2))
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
  }

  it.each([0, 1, 2, 3])(
    'at file %i: the error says so, the checkpoints before stay, no temporary stays',
    async (after) => {
      await folderStore(path).save(1, files(1))
      const error = await failureOf(storeWith(path, full(after)).save(2, files(2)))
      expect(error.code).toBe('file')
      expect(error.message).toMatch(
        /^io.folderStore.save: expected room for step 2, got a full disk \(ENOSPC\); free some space/,
      )
      expect(await folderStore(path).list()).toEqual([1])
      expect(await folderStore(path).load(1)).toEqual(files(1))
      expect(temporaries()).toEqual([])
    },
  )

  it('while replacing a checkpoint leaves the old one', async () => {
    await folderStore(path).save(1, files(1))
    await failureOf(storeWith(path, full(3)).save(1, files(2)))
    expect(await folderStore(path).load(1)).toEqual(files(1))
  })

  const mounted = join(tmpdir(), `gen-full-disk-${process.pid}`)
  mkdirSync(mounted, { recursive: true })
  const mountable = mount(mounted)
  if (mountable) unmount(mounted)
  rmSync(mounted, { recursive: true, force: true })

  it.skipIf(!mountable)(
    `of 64 kB, a real one${mountable ? '' : ' (skipped: mounting a tmpfs is not permitted here)'}`,
    async () => {
      mount(path)
      try {
        const store = folderStore(path)
        await store.save(1, files(1))
        const error = await failureOf(store.save(2, { large: new Uint8Array(100_000) }))
        expect(error.message).toMatch(/full disk \(ENOSPC\)/)
        expect(await store.list()).toEqual([1])
        expect(await store.load(1)).toEqual(files(1))
        expect(temporaries()).toEqual([])
        await store.save(3, files(3))
      } finally {
        unmount(path)
      }
    },
  )
})

describe('a killed process', () => {
  const host = hostname().replace(/[^\w.]/g, '_')
  // A process that has ended: its number is free.
  const dead = spawnSync(process.execPath, ['-e', '']).pid

  it('leaves half a checkpoint, which the next save removes', async () => {
    mkdirSync(join(path, `.tmp-${host}-${dead}-save-9-0af`))
    await folderStore(path).save(1, files(1))
    expect(readdirSync(path)).toEqual(['step-00000001'])
  })

  it('between moving a checkpoint aside and replacing it: the old one comes back', async () => {
    const store = folderStore(path)
    await store.save(9, files(1))
    const { renameSync } = await import('node:fs')
    renameSync(join(path, 'step-00000009'), join(path, `.tmp-${host}-${dead}-aside-9-0af`))
    expect(await store.list()).toEqual([9])
    expect(await store.load(9)).toEqual(files(1))
  })

  it('that lives keeps its temporaries', async () => {
    const name = `.tmp-${host}-${process.ppid}-save-9-0af`
    mkdirSync(join(path, name))
    await folderStore(path).save(1, files(1))
    expect(temporaries()).toEqual([name])
  })

  it.each([
    [23, true],
    [25, false],
  ])('on another machine: what it left is kept for a day (after %i hours: %s)', async (hours, kept) => {
    mkdirSync(join(path, '.tmp-elsewhere-1-save-9-0af'))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
    try {
      await folderStore(path).save(1, files(1))
    } finally {
      vi.useRealTimers()
    }
    expect(temporaries().length > 0).toBe(kept)
  })

  it('at any moment (kill -9): every listed checkpoint is whole', async () => {
    const script = fileURLToPath(new URL('./save-forever.fixture.ts', import.meta.url))
    const root = fileURLToPath(new URL('../../../..', import.meta.url))
    for (const delay of [3, 17, 41]) {
      const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@gen/source', script, path], {
        cwd: root,
      })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await new Promise((resolve) => child.stdout.once('data', resolve))
      await new Promise((resolve) => setTimeout(resolve, delay))
      child.kill('SIGKILL')
      await ended
      const store = folderStore(path)
      const steps = await store.list()
      expect(steps.length).toBeGreaterThan(0)
      for (const step of steps) {
        const { data } = await store.load(step)
        expect(data?.every((byte) => byte === step % 251)).toBe(true)
      }
      expect(temporaries()).toEqual([])
    }
  }, 60_000)
})
