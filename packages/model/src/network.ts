/** Networks of any make, in one calling convention. @module */
import type { JsonObject } from '@gen/backend'
import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core'

/** How a network is called. */
export interface ApplyOptions {
  /** Class of each row, int32 `[batch]`, for a network that takes labels. */
  readonly label?: Tensor1D | undefined
  /** What else is known of each row, `[batch, …context]`, for a network that takes a context. */
  readonly context?: Tensor | undefined
  /** True in losses. @default false */
  readonly training?: boolean
}

/** What owns variables. */
export interface Parametric {
  /** What training changes, always in the same order. */
  variables(): Variable[]
  /** What a forward pass changes and no gradient does, such as moving means or the vectors of spectral normalization. */
  state?(): Variable[]
}

/** A function of a batch with variables, which may be told the class of each row. `adaptNetwork` of `@gen/nn` makes one of a `tf.LayersModel`. */
export interface Network extends Parametric {
  /** Shape of one row of the input, without the batch. */
  readonly inputShape: readonly number[]
  /** Shape of one row of the output. */
  readonly outputShape: readonly number[]
  /** Whether it must be told a class. @default false */
  readonly labels?: boolean
  /** Shape of one row of the context that it must be told. @default none */
  readonly context?: readonly number[] | undefined
  apply(x: Tensor, options?: ApplyOptions): Tensor
  /** How it was made, as plain JSON. */
  readonly config?: JsonObject
}
