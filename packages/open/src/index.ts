/** Opens the model folder or the run of any family. @module */
export { type Key, key, useBackend } from '@gen/backend'
export type { ModelFiles } from './files.ts'
export { type OpenModelOptions, openModel } from './open-model.ts'
export type { FamilyModels, FamilyName, OpenedModel, OpenedOf, SamplingDefaults } from './opened-model.ts'
