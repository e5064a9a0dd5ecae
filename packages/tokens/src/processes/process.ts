/** How a sequence comes about, token by token: what losses, likelihoods and samples follow from. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import type { TokenNetwork } from '../networks/network.ts'

/** Where samples are to be filled in. */
export interface FillRequest {
  /** Blank places of every row, ascending. */
  readonly blanks: readonly number[]
  /** Rows, and the number of the first one among all samples. */
  readonly rows: number
  readonly offset: number
  readonly key: Key
}

/** Options of `logProb`. */
export interface TokenLogProbOptions {
  /** Draws the orders, where not all are summed over. @default key(0) */
  key?: Key
  /** Orders, or rather their cuts, that an estimate is the mean over. @default 32 */
  draws?: number
}

/** The order in which tokens come, given by a function of this package. */
export interface TokenProcess {
  readonly kind: string
  /** Which networks it takes. */
  readonly causal: boolean
  readonly config: JsonObject
  /**
   * Logits `[batch, n, V]` of the tokens at all places, given a canvas int32 `[batch, n]` whose blanks are V. Those at a blank
   * count: of the blanks that come next, in the process's order.
   */
  predict(network: TokenNetwork, canvas: Tensor2D): Tensor3D
  /** What training descends, in nats, `[batch]`: −log p(x), or an unbiased estimate of a bound on it. */
  loss(network: TokenNetwork, x: Tensor2D, k: Key): Tensor1D
  /** log p(x) in nats, or an estimate of a bound below it, `[batch]`; row i depends only on (key, i). */
  logProb(network: TokenNetwork, x: Tensor2D, options: Required<TokenLogProbOptions>): Tensor1D
  /** The order in which the blanks of each row are filled: places, `[rows][blanks]`. */
  orders(request: FillRequest): readonly (readonly number[])[]
  /** Whether several blanks may be filled at once, from one call of the network. */
  readonly parallel: boolean
}
