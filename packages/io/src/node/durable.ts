/** Files that are on the disk when the function says so. @module */
import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** Writes a new file and returns once its bytes are on the disk. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Puts a folder's entries (new, renamed, removed names) on the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing and refuses to open folders.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes a folder and those above it that are missing, and returns once all of them are on the disk. */
export async function makeFolderDurably(path: string): Promise<void> {
  const first = await makeFolder(path)
  if (first === undefined) return
  const top = dirname(resolve(first))
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === top || folder === dirname(folder)) return
  }
}
