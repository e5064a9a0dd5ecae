/** What several commands ask for. @module */
import { extname } from 'node:path'
import { refusal } from '@gen/backend'
import type { Positional } from '../command.ts'
import { type Flag, integer, text } from '../flags.ts'

/** The word that most commands take. */
export const modelFolder: Positional = { name: 'folder', description: 'a model folder, or the folder of a run' }

/** Pixels of a picture for each pixel of an image. */
export function pictureScale(initial: number): Flag<number> {
  return integer(initial, 'each pixel of an image becomes a square of so many; 0: images of about 72 pixels', {
    min: 0,
    max: 32,
  })
}

/** The data that a command looks at. */
export function dataFlag(use: string, otherwise = 'the data of the model'): Flag<string> {
  return text('', `${use}, as for gen train; of named data the test part`, 'name or path', otherwise)
}

/**
 * The kind of a picture by the ending of its name, known before anything is drawn.
 *
 * @throws GenError 'config' for another ending.
 */
export function pictureExtension(command: string, path: string): 'png' | 'svg' {
  const asked = extname(path).slice(1)
  if (asked === 'png' || asked === 'svg') return asked
  throw refusal('config', command, { expected: '--out to end in .png or .svg', got: `'${path}'` })
}
