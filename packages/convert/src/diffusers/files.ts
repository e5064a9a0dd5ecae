/** The files of a model of others, by name. @module */
import { GenError, refusal } from '@gen/backend'

/** Files in memory by their names, or a function that reads one and gives nothing for a file that is not there. */
export type ForeignFiles =
  | Readonly<Record<string, Uint8Array>>
  | ((name: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>)

/** Reads a file; nothing where there is none. */
export type FileReader = (name: string) => Promise<Uint8Array | undefined>

/**
 * One reader for all kinds of sources.
 *
 * @throws GenError `value` for what is no source; from the reader `file` for what is no file or cannot be read.
 */
export function readerOf(where: string, source: ForeignFiles): FileReader {
  const given: unknown = source
  if (typeof given !== 'function' && (typeof given !== 'object' || given === null || ArrayBuffer.isView(given))) {
    throw refusal('value', where, {
      expected: 'files by name, or a function that reads one',
      got: given === null ? 'null' : typeof given,
      remedy: "pass { 'config.json': bytes, … }",
    })
  }
  const find =
    typeof source === 'function' ? source : (name: string) => (Object.hasOwn(source, name) ? source[name] : undefined)
  return async (name) => {
    const bytes: unknown = await readOrFail(where, name, find)
    if (bytes === undefined || bytes === null) return undefined
    if (bytes instanceof Uint8Array) return bytes
    throw refusal('file', where, { expected: `${name} as a Uint8Array`, got: typeof bytes })
  }
}

async function readOrFail(where: string, name: string, find: (name: string) => unknown): Promise<unknown> {
  try {
    return await find(name)
  } catch (cause) {
    if (GenError.is(cause)) throw cause
    const got = cause instanceof Error ? cause.message : String(cause)
    throw refusal('file', where, { expected: `to read ${name}`, got, cause })
  }
}

/** Configs are short: longer ones are not parsed. */
const longestJson = 2 ** 24

/**
 * A JSON object from a file.
 *
 * @throws GenError `file` for a file that holds none.
 */
export async function readJson(
  where: string,
  read: FileReader,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const bytes = await read(name)
  if (bytes === undefined) return undefined
  if (bytes.length > longestJson) {
    throw refusal('file', where, { expected: `${name} of at most ${longestJson} bytes`, got: bytes.length })
  }
  const value = parsed(where, name, bytes)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw refusal('file', where, { expected: `${name} to hold a JSON object`, got: JSON.stringify(value).slice(0, 40) })
}

function parsed(where: string, name: string, bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    throw refusal('file', where, { expected: `${name} to be JSON`, got, cause })
  }
}

/** JSON as Python writes it, where infinities, which are no JSON, are members: they become null. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/(:\s*)-?(?:Infinity|NaN)(?=\s*[,}])/g, '$1null'))
}
