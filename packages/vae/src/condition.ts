/** What a conditional model is told. @module */
import type { Labels } from '@gen/backend'

/** Nothing, for a model without classes. */
export interface VaeCondition {
  /** Class of each row; or one for all. */
  readonly labels?: Labels | undefined
}
