/** Checkpoints in the private file system of a page's origin. @module */
import { refusal } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'
import { stepName, stepOf } from '../checkpoints/step-name.ts'
import { storeOf } from './store-of.ts'

/**
 * Keeps checkpoints in the origin private file system (OPFS), each in a file `step-00001234.safetensors` of the folder `path`.
 *
 * A browser writes such a file beside the old one and puts it into its place when it is closed: whenever the page, its worker or
 * the browser stops, every listed checkpoint is whole. In pages and workers on https or localhost, of Chrome and Edge 86, Firefox
 * 111, Safari 26 and newer; elsewhere {@link indexedDbStore} does. `await navigator.storage.persist()` asks the browser to keep it
 * when disks get full.
 *
 * @param path Names of folders, joined by `/`; made when the first checkpoint is saved.
 * @throws GenError `value` for a path that is none; from its functions `file` when the quota is used up (earlier checkpoints are
 * kept), where there is no such file system, and when a loaded checkpoint is missing, truncated or corrupt; `value` or `range`
 * for a bad step.
 * @see File System (WHATWG) https://fs.spec.whatwg.org
 * @example
 * const store = opfsStore('runs/digits')
 * const checkpoints = { store, every: 500 } // for fit, with resume: true
 */
export function opfsStore(path: string): CheckpointStore {
  const names = path.split('/')
  if (names.some((name) => /^\.{0,2}$|[\\\0]/.test(name))) {
    throw refusal('value', where, { expected: "a path such as 'runs/digits'", got: JSON.stringify(path) })
  }
  return storeOf(where, {
    async write(step, bytes) {
      const folder = await folderOf(names, { create: true })
      await clearUp(folder)
      await replace(folder, fileName(step), bytes)
      return `opfs:${path}/${fileName(step)}`
    },
    steps: () => found(steps(names), []),
    async read(step) {
      const file = await found(fileOf(names, step), undefined)
      return file && file.size > 0 ? new Uint8Array(await file.arrayBuffer()) : undefined
    },
    remove: (step) =>
      found(
        folderOf(names).then((folder) => folder.removeEntry(fileName(step))),
        undefined,
      ),
  })
}

const where = 'io.opfsStore'
const extension = '.safetensors'
const fileName = (step: number) => stepName(step) + extension

/** Whether this browser has files of its own that a page and its workers may write. */
export function hasWritableFiles(): boolean {
  const { storage } = globalThis.navigator ?? {}
  return Boolean(storage?.getDirectory) && 'createWritable' in FileSystemFileHandle.prototype
}

async function folderOf(names: readonly string[], options?: FileSystemGetDirectoryOptions) {
  if (!hasWritableFiles()) {
    throw refusal('file', where, {
      expected: 'a browser with writable files of its own, on https or localhost',
      got: 'none',
      remedy: 'use indexedDbStore',
    })
  }
  let folder = await navigator.storage.getDirectory()
  for (const name of names) folder = await folder.getDirectoryHandle(name, options)
  return folder
}

async function fileOf(names: readonly string[], step: number): Promise<File> {
  const folder = await folderOf(names)
  return (await folder.getFileHandle(fileName(step))).getFile()
}

/** A file is there, but empty, from when its first writing began until it ended: it is no checkpoint yet. */
async function steps(names: readonly string[]): Promise<number[]> {
  const steps: number[] = []
  for await (const name of (await folderOf(names)).keys()) {
    const step = name.endsWith(extension) ? stepOf(name.slice(0, -extension.length)) : undefined
    if (step === undefined) continue
    const file = await found(fileOf(names, step), undefined)
    if (file && file.size > 0) steps.push(step)
  }
  return steps
}

/** Chromium leaves what a killed page was writing, and counts it; what is being written it refuses to remove. */
async function clearUp(folder: FileSystemDirectoryHandle): Promise<void> {
  const left: string[] = []
  for await (const name of folder.keys()) if (/^step-\d+\.safetensors\.crswap$/.test(name)) left.push(name)
  for (const name of left) await folder.removeEntry(name).catch(() => {})
}

/** Writes a file whole: closing it puts it into the place of an older one. */
async function replace(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true })
  try {
    const writable = await handle.createWritable()
    try {
      // Of an array, written beyond the quota, Chromium says no more than that a pipe broke.
      await writable.write(new Blob([bytes as Uint8Array<ArrayBuffer>]))
      await writable.close()
    } catch (cause) {
      await writable.abort().catch(() => {})
      throw cause
    }
  } catch (cause) {
    if ((await handle.getFile()).size === 0) await folder.removeEntry(name).catch(() => {})
    throw cause
  }
}

/** What is not there is no error. */
async function found<T, M>(wanted: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await wanted
  } catch (cause) {
    if ((cause as DOMException).name === 'NotFoundError') return missing
    throw cause
  }
}
