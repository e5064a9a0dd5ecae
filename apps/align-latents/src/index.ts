/** Six models of faces and of digits, and linear maps between their spaces. @module */
export type { AlignContext } from './align-context.ts'
export { type Alignment, alignment, type LocatedModel } from './alignment.ts'
export { codesOf } from './codes.ts'
export { answers, type DataName, openFaces, sharedBatch } from './images.ts'
export { type ModelName, modelNames, modelPairs } from './models.ts'
export { type AlignedPair, alignPair, type Pair, type PairNumbers } from './pair.ts'
export { type TrainedModel, trainModel } from './train-model.ts'
export type { Unexplained } from './unexplained.ts'
