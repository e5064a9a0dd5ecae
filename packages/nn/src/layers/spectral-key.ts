/** The key of a spectrally normalized weight's first vector. @module */
import { fold, type Key } from '@gen/backend'

// Far from the small numbers that layers fold in for their weights.
const tag = 0x5bec

/** The key that starts the power iteration of a weight drawn with `key`; none when not wanted. */
export function spectralKey(key: Key, wanted: boolean): Key | undefined {
  return wanted ? fold(key, tag) : undefined
}
