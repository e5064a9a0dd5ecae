/** Whether a stored config can be that of the weights beside it. @module */
import { refusal } from '@gen/backend'
import type { RawTensor } from '@gen/io'
import { where } from './where.ts'

/** Lists of sizes that follow each other in a network: a matrix leads from each to the next. */
const chains = new Set(['widths', 'hidden'])
/** Sizes that some weight has as a dimension. */
const sizes = new Set([
  'latentSize',
  'width',
  'components',
  'codes',
  'embeddingSize',
  'bins',
  'classes',
  'expansion',
  'frequencies',
])
/** Shapes of samples and of what is between layers. */
const shapes = new Set(['shape', 'inputShape', 'outputShape'])
/** No sample that anyone draws has more values. */
const mostValues = 2 ** 26
/** Counts of parts that have a weight each. */
const counts = new Set(['depth', 'blocks'])

/**
 * Compares the sizes in a config with the weights, before a model is built from it: one that is far larger than its weights
 * would take minutes and memory to draw weights that cannot be right. What passes is compared weight by weight once it is
 * built.
 *
 * @throws GenError 'file' that names the field.
 */
export function assertConfigFits(config: unknown, tensors: Readonly<Record<string, Pick<RawTensor, 'shape'>>>): void {
  const weights = Object.values(tensors).map(({ shape }) => shape)
  const numbers = weights.reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0)
  const check = (path: string, needed: number, available: number, what: string): void => {
    if (needed <= available) return
    throw refusal('file', where, {
      expected: 'a config that fits its weights',
      got: `${path}, which takes ${needed} ${what} where the file has ${available}`,
      remedy: 'the config belongs to another model',
    })
  }
  // Without recursion: a config may be nested more deeply than the stack is high.
  const open: [path: string, value: unknown][] = [['model', config]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, value] = next
    if (typeof value !== 'object' || value === null) continue
    for (const [key, child] of Object.entries(value)) {
      const place = `${path.slice(-100)}.${key.slice(0, 100)}`
      if (typeof child === 'number' && sizes.has(key)) check(place, child, numbers, 'numbers')
      if (typeof child === 'number' && counts.has(key)) check(place, child, weights.length, 'tensors')
      if (Array.isArray(child) && chains.has(key)) check(place, largestMatrix(child), numbers, 'numbers')
      if (shapes.has(key)) assertDrawable(place, child)
      open.push([place, child])
    }
  }
}

function assertDrawable(place: string, shape: unknown): void {
  const dimensions = (Array.isArray(shape) ? shape : [shape]).filter((n) => typeof n === 'number')
  const values = dimensions.reduce((product, n) => product * Math.max(1, n), 1)
  if (values <= mostValues) return
  const got = `${place} of ${values}`
  throw refusal('file', where, {
    expected: `shapes of at most ${mostValues} values`,
    got,
    remedy: 'mend config.json',
  })
}

/** The numbers in the largest matrix between two sizes that follow each other. */
function largestMatrix(list: readonly unknown[]): number {
  const widths = list.filter((width) => typeof width === 'number')
  return widths.reduce((most, width, i) => Math.max(most, width * Math.max(1, widths[i + 1] ?? 1)), 0)
}
