/** Weights in HDF5, read without trusting a size. @module */
import { refusal } from '@gen/backend'
import type { RawTensor } from '@gen/io'
import type { Dataset, Group } from 'jsfive'

const where = 'convert.networkFromKeras'
const name = 'the file of weights'

/** Deeper than Keras nests groups, and more items than a model has. */
const [deepest, mostItems] = [12, 100_000]

/**
 * All float32 datasets of a file, by their paths. What a dataset declares must fit into the file's bytes: Keras packs none.
 *
 * @throws GenError `file` for a file that is no HDF5, is damaged, or holds packed or other numbers.
 */
export async function readHdf5(bytes: Uint8Array): Promise<ReadonlyMap<string, RawTensor>> {
  // Half of what a page would fetch of this package: fetched by those who read such files.
  const { File } = await import('jsfive')
  const found = new Map<string, RawTensor>()
  let left = bytes.length
  let items = 0
  const take = (path: string, item: Group | Dataset): void => {
    items += 1
    if (items > mostItems) throw new Error(`more than ${mostItems} items`)
    if (!('shape' in item)) return
    const size = item.shape.reduce((product, n) => product * n, 4)
    if (!(item.dtype === '<f4') || !(size <= left)) {
      throw refusal('file', where, {
        expected: `${path.slice(0, 120)} of float32 within the file`,
        got: `${String(item.dtype)} [${item.shape}]`,
        remedy: 'save float32 weights, without compression',
      })
    }
    left -= size
    const values = Float32Array.from(item.value)
    found.set(path, { dtype: 'F32', shape: [...item.shape], data: new Uint8Array(values.buffer) })
  }
  guarded(() => {
    const file = new File(bytes.slice().buffer, 'weights.h5')
    visit(file, '', 0, take)
  })
  return found
}

function visit(group: Group, path: string, depth: number, take: (path: string, item: Group | Dataset) => void): void {
  for (const key of group.keys) {
    // What trains on is beside the weights: the optimizer's state, counters of seeds.
    if (depth === 0 && key === 'optimizer') continue
    if (key === 'seed_generator') continue
    const item = group.get(key)
    const own = path === '' ? key : `${path}/${key}`
    take(own, item)
    if (!('shape' in item) && depth < deepest) visit(item, own, depth + 1, take)
  }
}

/** The reader throws errors of all kinds, texts among them. */
function guarded(read: () => void): void {
  try {
    read()
  } catch (cause) {
    const isOwn = cause instanceof Error && cause.message.startsWith(where)
    if (isOwn) throw cause
    const got = (cause instanceof Error ? cause.message : String(cause)).slice(0, 200)
    throw refusal('file', where, { expected: `${name} as HDF5`, got, remedy: 'save it again', cause })
  }
}
