import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type * as FileSystem from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { GenError } from '@gen/backend'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { folderStore } from './folder-store.ts'
import { readModelFolder } from './read-model-folder.ts'
import { writeModelFolder } from './write-model-folder.ts'

/** Every call that changes the disk, in order, and which of them fails. */
const watch = vi.hoisted(() => ({
  events: [] as { kind: 'write' | 'sync' | 'rename' | 'remove'; path: string; to?: string }[],
  fails: (_kind: string, _path: string, _to?: string): boolean => false,
}))

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof FileSystem>()
  const record = (kind: (typeof watch.events)[number]['kind'], path: unknown, to?: unknown): void => {
    watch.events.push({ kind, path: String(path), ...(to !== undefined && { to: String(to) }) })
    if (watch.fails(kind, String(path), to === undefined ? undefined : String(to))) {
      throw Object.assign(new Error(`EIO: i/o error, ${kind}`), { code: 'EIO' })
    }
  }
  const open: typeof real.open = async (path, ...rest) => {
    const file = await real.open(path, ...rest)
    const [sync, writeFile] = [file.sync.bind(file), file.writeFile.bind(file)]
    file.sync = async () => {
      await sync()
      record('sync', path)
    }
    file.writeFile = async (...data) => {
      record('write', path)
      return writeFile(...data)
    }
    return file
  }
  const rename: typeof real.rename = async (from, to) => {
    // A rename of what is not there is none.
    await real.stat(from)
    record('rename', from, to)
    return real.rename(from, to)
  }
  const rm: typeof real.rm = async (path, options) => {
    record('remove', path)
    return real.rm(path, options)
  }
  return { ...real, open, rename, rm, default: { ...real, open, rename, rm } }
})

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gen-durable-'))
  watch.events = []
  watch.fails = () => false
})
afterEach(() => {
  watch.fails = () => false
  rmSync(root, { recursive: true, force: true })
})

const files = (seed: number): Record<string, Uint8Array> => ({
  a: new Uint8Array([seed]),
  b: new Uint8Array(10).fill(seed),
})
const indexOf = (kind: string, matches: (path: string, to?: string) => boolean, from = 0): number =>
  watch.events.findIndex((event, i) => i >= from && event.kind === kind && matches(event.path, event.to))
const syncOf = (path: string, from = 0): number => indexOf('sync', (synced) => relative(synced, path) === '', from)
const temporaries = (path: string): string[] => readdirSync(path).filter((name) => name.startsWith('.tmp-'))

describe.skipIf(process.platform === 'win32')('what is said to be saved is on the disk', () => {
  it('a checkpoint: every file and its folder before the rename, the store after it, new folders too', async () => {
    const path = join(root, 'run', 'checkpoints')
    const target = await folderStore(path).save(3, files(1))
    const renamed = indexOf('rename', (_, to) => to === target)
    const temporary = watch.events[renamed]?.path as string
    expect(readdirSync(target).length).toBe(3)
    for (const name of readdirSync(target)) {
      const written = indexOf('write', (file) => file === join(temporary, name))
      expect(written).toBeGreaterThanOrEqual(0)
      const synced = syncOf(join(temporary, name), written)
      expect(synced).toBeGreaterThan(written)
      expect(synced).toBeLessThan(renamed)
      expect(syncOf(temporary, synced)).toBeLessThan(renamed)
    }
    expect(syncOf(temporary)).toBeGreaterThanOrEqual(0)
    expect(syncOf(path, renamed)).toBeGreaterThan(renamed)
    for (const parent of [root, join(root, 'run')]) expect(syncOf(parent)).toBeGreaterThanOrEqual(0)
  })

  it('a replaced checkpoint: the old one goes after the new one is there', async () => {
    const store = folderStore(root)
    const target = await store.save(3, files(1))
    watch.events = []
    await store.save(3, files(2))
    const renamed = indexOf('rename', (_, to) => to === target)
    const removed = indexOf('remove', (path) => basename(path).includes('-aside-'))
    expect(renamed).toBeGreaterThanOrEqual(0)
    expect(syncOf(root, renamed)).toBeGreaterThan(renamed)
    expect(removed).toBeGreaterThan(syncOf(root, renamed))
  })

  it('a removed checkpoint: its name goes before its files', async () => {
    const store = folderStore(root)
    await store.save(3, files(1))
    watch.events = []
    await store.remove(3)
    const renamed = indexOf('rename', (path) => basename(path) === 'step-00000003')
    expect(renamed).toBeGreaterThanOrEqual(0)
    expect(syncOf(root, renamed)).toBeLessThan(indexOf('remove', () => true))
    expect(syncOf(root, renamed)).toBeGreaterThan(renamed)
  })

  it('a model folder: every file before the first rename, the folder after the last, new folders too', async () => {
    const path = join(root, 'run', 'model')
    await writeModelFolder(path, { config: {}, tensors: {}, card: 'x', samples: new Uint8Array(1) })
    const names = readdirSync(path)
    expect(names.sort()).toEqual(['README.md', 'config.json', 'model.safetensors', 'samples.png'])
    const renames = names.map((name) => indexOf('rename', (_, to) => to === join(path, name)))
    for (const at of renames) {
      const temporary = watch.events[at]?.path as string
      expect(syncOf(temporary)).toBeGreaterThan(indexOf('write', (file) => file === temporary))
      expect(syncOf(temporary)).toBeLessThan(Math.min(...renames))
    }
    expect(Math.min(...renames)).toBeGreaterThanOrEqual(0)
    expect(syncOf(path, Math.max(...renames))).toBeGreaterThan(Math.max(...renames))
    for (const parent of [root, join(root, 'run')]) expect(syncOf(parent)).toBeGreaterThanOrEqual(0)
  })
})

describe('where a call fails, what was there before is there again', () => {
  const failing = async (promise: Promise<unknown>): Promise<void> => {
    const error: unknown = await promise.catch((reason: unknown) => reason)
    watch.fails = () => false
    expect(GenError.is(error) && error.code).toBe('file')
    expect((error as Error).message).toMatch(/EIO/)
  }

  /** The place of each call of a save that replaces a checkpoint. */
  const calls = 12
  it.each(Array.from({ length: calls }, (_, i) => i))('a checkpoint, at call %i', async (n) => {
    const store = folderStore(root)
    await store.save(3, files(1))
    let count = 0
    // Once: what undoes the work is not hindered.
    watch.fails = (kind) => kind !== 'remove' && count++ === n
    const error: unknown = await store.save(3, files(2)).then(
      () => undefined,
      (reason) => reason,
    )
    watch.fails = () => false
    const failed = count > n
    expect(GenError.is(error)).toBe(failed)
    expect(await store.list()).toEqual([3])
    expect(await store.load(3)).toEqual(files(failed ? 1 : 2))
    expect(temporaries(root)).toEqual([])
  })

  it('(a save has no more calls than were tried)', async () => {
    await folderStore(root).save(3, files(1))
    watch.events = []
    await folderStore(root).save(3, files(2))
    const tried = watch.events.filter(({ kind }) => kind !== 'remove').length
    expect(tried).toBeLessThan(calls)
    expect(tried).toBeGreaterThan(8)
  })

  it('a checkpoint whose old one cannot even be moved aside', async () => {
    const store = folderStore(root)
    const target = await store.save(3, files(1))
    watch.fails = (kind, path) => kind === 'rename' && path === target
    await failing(store.save(3, files(2)))
    expect(await store.load(3)).toEqual(files(1))
  })

  it.each(['samples.png', 'README.md', 'config.json', 'model.safetensors'])('a model folder, at %s', async (name) => {
    const weights = (value: number) => ({ w: { dtype: 'U8', shape: [1], data: new Uint8Array([value]) } as const })
    const picture = new Uint8Array([1])
    await writeModelFolder(root, { config: { version: 1 }, tensors: weights(1), card: 'one' })
    writeFileSync(join(root, 'log.jsonl'), 'mine')
    watch.fails = (kind, _, to) => kind === 'rename' && to === join(root, name) && !watch.events.some(isUndone)
    await failing(
      writeModelFolder(root, { config: { version: 2 }, tensors: weights(2), card: 'two', samples: picture }),
    )
    const { config, tensors, card } = await readModelFolder(root)
    expect([config, tensors.w?.data[0], card]).toEqual([{ version: 1 }, 1, 'one'])
    expect(readdirSync(root).sort()).toEqual(['README.md', 'config.json', 'log.jsonl', 'model.safetensors'])
    expect(readFileSync(join(root, 'log.jsonl'), 'utf8')).toBe('mine')
  })

  it('a model folder that cannot be synced', async () => {
    await writeModelFolder(root, { config: { version: 1 }, tensors: {}, card: 'one' })
    watch.fails = (kind, path) => kind === 'sync' && path === root
    await failing(writeModelFolder(root, { config: { version: 2 }, tensors: {}, card: 'two' }))
    expect(await readModelFolder(root)).toMatchObject({ config: { version: 1 }, card: 'one' })
    expect(temporaries(root)).toEqual([])
  })
})

const isUndone = ({ kind, path }: (typeof watch.events)[number]): boolean =>
  kind === 'rename' && basename(path).startsWith('old-') && basename(dirname(path)).startsWith('.tmp-')
