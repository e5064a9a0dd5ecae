/** What needs a file system: checkpoint stores and model folders. Node only. @module */

export type { CheckpointStore } from '@gen/model'
export { type ModelCard, modelCard } from './model-card.ts'
export type { ModelFolderContents } from './model-files.ts'
export { folderStore } from './node/folder-store.ts'
export { makeFolder } from './node/make-folder.ts'
export { type ModelFolder, type ReadModelFolderOptions, readModelFolder } from './node/read-model-folder.ts'
export { writeModelFolder } from './node/write-model-folder.ts'
