/** How a decoder's output stands for a distribution over data. @module */
import type { DrawOptions, JsonObject, Key } from '@gen/backend'
import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core'

/** Options of {@link Likelihood.logProb}. */
export interface LogProbOptions {
  /** True in training, where likelihoods that follow the training move their state. @default false */
  readonly training?: boolean
}

/**
 * p(x | z) as a function of the decoder's output. Data are `[batch, …, c]`; the output has `channels · c` channels where
 * data have c, in `channels` blocks of c.
 */
export interface Likelihood {
  /** How it was made, as plain JSON. */
  readonly config: JsonObject
  /** Channels of the decoder's output for each channel of the data. */
  readonly channels: number
  /** `log p(x | output)` in nats, summed over the event, `[batch]`. */
  logProb(x: Tensor, output: Tensor, options?: LogProbOptions): Tensor1D
  /** The distribution's mean, of the data's shape. */
  mean(output: Tensor): Tensor
  /** A draw of the data's shape; row i depends only on the output's row i and (k, offset + i). */
  sample(output: Tensor, k: Key, options?: DrawOptions): Tensor
  /** Reads a batch of data, and throws a GenError where no output could have brought it forth. Call it once, not in a loop. */
  check(x: Tensor): Promise<void>
  /** What training changes besides the decoder, where there is anything. */
  variables?(): Variable[]
  /** What `logProb` moves in training, where there is anything. */
  state?(): Variable[]
}
