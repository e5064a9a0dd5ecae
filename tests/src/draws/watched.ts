/** The sources of random numbers with the ledger beside them, for `vi.mock`. @module */
import type * as Fill from '../../../packages/backend/src/random/fill.ts'
import type * as Permutation from '../../../packages/backend/src/random/permutation.ts'
import { note } from './ledger.ts'

/** `random/fill.ts`, from which all draws of rows come where a backend has no kernel for them. */
export async function fill(original: () => Promise<unknown>): Promise<typeof Fill> {
  const actual = (await original()) as typeof Fill
  return {
    ...actual,
    fillRows: (key, out, rows, columns, offset, distribution) => {
      if (rows * columns > 0) note({ key, kind: 'rows', offset, rows, columns })
      actual.fillRows(key, out, rows, columns, offset, distribution)
    },
  }
}

/** `random/permutation.ts`. */
export async function permutations(original: () => Promise<unknown>): Promise<typeof Permutation> {
  const actual = (await original()) as typeof Permutation
  return {
    ...actual,
    permutation: (key, n) => {
      note({ key, kind: 'permutation', offset: 0, rows: n, columns: 1 })
      return actual.permutation(key, n)
    },
    permute: (key, n, i) => {
      note({ key, kind: 'permuted index', offset: i, rows: 1, columns: 1 })
      return actual.permute(key, n, i)
    },
  }
}
