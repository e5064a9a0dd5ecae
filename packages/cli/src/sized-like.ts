/** Images of a folder in a model's size. @module */
import { stat } from 'node:fs/promises'
import { addressOf, parseAddress } from './data-address.ts'
import { isNamed } from './dataset.ts'

/**
 * The name of data for a model of images `[size, size, channels]`: a folder of images that says no size of its own is read in the
 * model's. Models of others do not tell what they were trained on, and photographs are of any size.
 */
export async function sizedLike(name: string, [height, width, channels]: readonly number[]): Promise<string> {
  const { path, options } = parseAddress(name)
  if (isNamed(path) || options.size !== undefined || channels === undefined || height !== width) return name
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ? addressOf(name, { size: height }) : name
}
