/** The texts that `--data` names, for models of tokens. @module */
import { open } from 'node:fs/promises'
import { GenError, refusal } from '@gen/backend'
import { type Dataset, mobyDick, tokenDataset } from '@gen/data'
import { characters, type Vocabulary } from '@gen/tokens'
import { nearest } from './nearest.ts'

/** Sequences of a text's tokens. */
export interface TextDataset extends Dataset {
  readonly vocabulary: Vocabulary
}

const named: Readonly<Record<string, () => Promise<string>>> = { 'moby-dick': () => mobyDick() }

/** Whether a text comes with the program. */
export function isNamedText(name: string): boolean {
  return Object.hasOwn(named, name)
}

/** Larger ones would take more memory than most machines have, at four bytes a character. */
const mostBytes = 2 ** 28

/**
 * Opens a text by name or path: all its sequences of `length` plain characters, small letters and common marks.
 *
 * @throws GenError 'file' or 'config' when there is no such text or it cannot be read, 'shape' for one that is shorter.
 */
export async function openText(name: string, length: number): Promise<TextDataset> {
  const vocabulary = characters()
  const text = isNamedText(name) ? await named[name]!() : await readText(name)
  return { ...tokenDataset({ tokens: vocabulary.encode(text), length }), vocabulary }
}

async function readText(path: string): Promise<string> {
  if (!path.endsWith('.txt')) throw unknownText(path, 'text comes from .txt files')
  const file = await open(path).catch((cause) => {
    throw unknownText(path, 'no such file', cause)
  })
  try {
    const { size } = await file.stat()
    if (size > mostBytes) throw tooLarge(path, size)
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile())
  } catch (cause) {
    if (GenError.is(cause)) throw cause
    throw refusal('file', 'gen', { expected: `text in UTF-8 in ${path}`, got: String(cause), cause })
  } finally {
    await file.close()
  }
}

function tooLarge(path: string, size: number): GenError {
  const expected = `a text of at most ${mostBytes} bytes`
  return refusal('range', 'gen', { expected, got: `${size} in ${path}`, remedy: 'take a part of it' })
}

function unknownText(name: string, otherwise: string, cause?: unknown): GenError {
  const known = Object.keys(named)
  const similar = nearest(name, known)
  return refusal('config', 'gen', {
    expected: `--data ${known.join(', ')}, or the path of a .txt file`,
    got: `'${name}'`,
    remedy: similar.length > 0 ? `did you mean ${similar.join(', ')}?` : otherwise,
    cause,
  })
}
