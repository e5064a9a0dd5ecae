/** Batches of nothing. @module */
import type { SyncBatches } from '@gen/model'

/**
 * For a model that needs no data, because it draws what it learns from: `reverseKl` of `@gen/flows`, `recoder` of `@gen/gan`.
 *
 * @example
 * noBatches.at(7) // {}
 */
export const noBatches: SyncBatches<object> = { at: () => ({}) }
