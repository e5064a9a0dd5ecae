/** Data by their content. @module */
import { createHash } from 'node:crypto'
import type { Dataset } from '@gen/data'
import { evenPlaces } from './even-places.ts'

/** Numbers that are read at once. */
const block = 2 ** 20

/**
 * A hash of items and labels of a dataset: other content gives another.
 *
 * @param items - How many are looked at, evenly over the dataset; all unless told.
 */
export async function fingerprint(
  dataset: Pick<Dataset, 'size' | 'shape' | 'take'>,
  items: number = dataset.size,
): Promise<string> {
  const count = Math.min(items, dataset.size)
  const perItem = dataset.shape.reduce((size, n) => size * n, 1)
  const rows = Math.max(1, Math.floor(block / perItem))
  const hash = createHash('sha256')
  const places = evenPlaces(dataset.size, count)
  for (let first = 0; first < count; first += rows) {
    const { x, labels, condition } = dataset.take(places.slice(first, first + rows))
    for (const tensor of labels ? [x, labels] : [x]) {
      const { buffer, byteOffset, byteLength } = await tensor.data()
      hash.update(new Uint8Array(buffer, byteOffset, byteLength))
      tensor.dispose()
    }
    // It is made of the items.
    condition?.context?.dispose()
  }
  return hash.digest('hex').slice(0, 16)
}
