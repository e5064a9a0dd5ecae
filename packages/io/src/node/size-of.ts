/** The size of a file. @module */
import { stat } from 'node:fs/promises'

/** A regular file's size; `undefined` when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() ? stats.size : undefined
}
