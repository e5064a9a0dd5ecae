/** What a visit fetches, and the table of it in `docs/playground.md`. @module */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { trained } from './trained.ts'

/** The document with the table. */
export const document: string = fileURLToPath(new URL('../../../../docs/playground.md', import.meta.url))

/** Kilobytes, gzipped. */
export interface Fetched {
  /** Page and shell. */
  readonly page: number
  /** Worker, program, curves. */
  readonly later: number
  /** Digits, models. */
  readonly data: number
}

/** Sorts what was asked of a site that lies in a folder; `pageFiles` are those that it asked for before its worker. */
export function fetchedOf(folder: string, asked: readonly string[], pageFiles: readonly string[]): Fetched {
  const sizes = { page: 0, later: 0, data: 0 }
  for (const name of new Set(asked)) {
    const file = join(folder, name.endsWith('/') ? `${name}index.html` : name)
    if (!existsSync(file)) continue
    const kilobytes = gzipSync(readFileSync(file), { level: 9 }).length / 1000
    if (/^\/(digits|models)\//.test(name)) sizes.data += kilobytes
    else if (pageFiles.includes(name) && !/\/uPlot/.test(name)) sizes.page += kilobytes
    else sizes.later += kilobytes
  }
  return sizes
}

/** A page's row of the table. */
export function rowOf(name: string, { page, later, data }: Fetched): string {
  const note = trained.find((other) => other.name === name)?.data
  const told = data === 0 ? '' : `${data.toFixed(0)}${note ? `: ${note}` : ''}`
  return `| ${name} | ${page.toFixed(0)} | ${later.toFixed(0)} | ${told} |`.replace('|  |', '| |')
}

/** The rows of the table as it stands in the document, by page. */
export function keptRows(): ReadonlyMap<string, Fetched> {
  const rows = readFileSync(document, 'utf8').matchAll(/^\| (\w+) \| (\d+) \| (\d+) \| ?(\d*).*\|$/gm)
  return new Map(
    [...rows].map(([, name = '', page, later, data]) => [
      name,
      { page: Number(page), later: Number(later), data: Number(data || 0) },
    ]),
  )
}

/** Whether a page is as large as the table says: within 3 %, or 2 kB of a small part. */
export function isAsKept(fetched: Fetched, kept: Fetched): boolean {
  return (['page', 'later', 'data'] as const).every(
    (part) => Math.abs(fetched[part] - kept[part]) <= Math.max(2, 0.03 * kept[part]),
  )
}
