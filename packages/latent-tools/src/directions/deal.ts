/** Codes dealt to a part that is learned from and one that is kept back. @module */
import { type Key, permutation } from '@gen/backend'
import { equalRows, type Matrix64 } from '@gen/linear-algebra'

/** Rows of both parts. */
export interface Dealt {
  readonly train: readonly number[]
  readonly test: readonly number[]
  /** That some codes are in both parts. */
  readonly warnings: readonly string[]
}

/**
 * Deals both labels in the same share, so that each part has some of both; with a share of 0 all are learned from.
 *
 * Equal codes go to the same part, or the part kept back would ask for what was learned by heart. Where a label has so few
 * different codes that one part would have none of it, they are dealt all the same, with a warning.
 */
export function deal(x: Matrix64, labels: ArrayLike<number>, heldOut: number, key: Key): Dealt {
  const order = [...permutation(key, labels.length)]
  if (heldOut === 0) {
    return { train: [0, 1].flatMap((label) => order.filter((row) => labels[row] === label)), test: [], warnings: [] }
  }
  const byCode = dealtBy(equalRows(x), order, labels, heldOut)
  if ([byCode.train, byCode.test].every((rows) => hasBoth(rows, labels))) return { ...byCode, warnings: [] }
  const one = Int32Array.from({ length: x.rows }, (_, i) => i)
  const warning = 'one label has so few different codes that some were learned from and kept back both'
  return { ...dealtBy(one, order, labels, heldOut), warnings: [`${warning}: heldOut is not an accuracy on new codes`] }
}

function dealtBy(ids: Int32Array, order: readonly number[], labels: ArrayLike<number>, heldOut: number) {
  const [train, test]: [number[], number[]] = [[], []]
  const partOf = new Map<number, number[]>()
  for (const label of [0, 1]) {
    const rows = order.filter((row) => labels[row] === label)
    const wanted = test.length + Math.min(rows.length - 1, Math.max(1, Math.round(heldOut * rows.length)))
    for (const row of rows) {
      const part = partOf.get(ids[row]!) ?? (test.length < wanted ? test : train)
      partOf.set(ids[row]!, part)
      part.push(row)
    }
  }
  return { train, test }
}

function hasBoth(rows: readonly number[], labels: ArrayLike<number>): boolean {
  return [0, 1].every((label) => rows.some((row) => labels[row] === label))
}
