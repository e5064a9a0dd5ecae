/** A call whose draws are watched. @module */
import { type Key, key } from '@gen/backend'
import { dispose } from '@tensorflow/tfjs-core'

/** A prime, so that no other size is a multiple of it by chance. */
export const rows = 7

/** The key of every call. */
export const k: Key = key(21)

/** A call of a public function. */
export interface Call {
  readonly name: string
  /** Draws that go with no row of a batch, such as the order of the data. @default false */
  readonly beyondRows?: boolean
  /** How many draws there are at the fewest. @default 1 */
  readonly least?: number
  /** Makes what the call needs; what it draws is not watched. */
  prepare(): Prepared | Promise<Prepared>
}

/** The call, and what frees what was prepared for it. */
export interface Prepared {
  run(): unknown
  free?(): void
}

/** Frees owners and the tensors of records. */
export function freed(...owners: readonly object[]): () => void {
  return () => {
    for (const owner of owners) {
      if ('dispose' in owner) (owner.dispose as () => void)()
      else dispose(Object.values(owner).filter((value) => value !== undefined))
    }
  }
}
