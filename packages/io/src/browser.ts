/** What needs a browser: checkpoint stores that last longer than a page. @module */

export type { CheckpointStore } from '@gen/model'
export { browserStore } from './browser/browser-store.ts'
export { indexedDbStore } from './browser/indexed-db-store.ts'
export { opfsStore } from './browser/opfs-store.ts'
