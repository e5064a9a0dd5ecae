/** Feature vectors as the metrics take them. @module */
import type { Matrix } from '@gen/linear-algebra'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { FeatureDescription } from './feature-description.ts'

/** One row per sample and one column per feature. */
export interface FeatureMatrix extends Matrix {
  /** Where the features come from; every result repeats it. */
  readonly features?: FeatureDescription
}

/** What every metric on feature vectors takes: a tensor `[samples, size]` or a matrix. */
export type Vectors = Tensor2D | FeatureMatrix
