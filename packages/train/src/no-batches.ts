/** Batches of nothing. @module */
import type { SyncBatches } from '@gen/model'

/**
 * For a model that needs no data, because it draws what it learns from: `reverseKl` of `@gen/flows`, `recoder` of `@gen/gan`.
 *
 * @example
 * await last(fit(task, noBatches, { steps: 20, optimizer: adam({ learningRate: 1e-3 }), key: key(0) }))
 */
export const noBatches: SyncBatches<object> = { at: () => ({}) }
