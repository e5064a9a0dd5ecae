/** What every generative model can do, whatever its family. @module */
import type { JsonObject, Key, Labels, Shard } from '@gen/backend'
import type { Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Batch } from './batches.ts'
import type { Trainable } from './trainable.ts'

/** What a model is told; nothing, for one that is not conditional. */
export interface Condition {
  /** Class of each row, or one for all. */
  readonly labels?: Labels | undefined
  /**
   * What else is known of each row, or of all where there is one: a vector `[rows, n]`, a sequence of vectors `[rows, positions, n]`,
   * or an image `[rows, height, width, channels]` in [0, 1], of any size and channels, of which one may be a mask.
   */
  readonly context?: Tensor | undefined
}

/** Options of `sample`. */
export interface SampleOptions extends Condition {
  /** How many. */
  readonly count: number
  /** Same key, same samples: sample i depends only on (key, i). */
  readonly key: Key
  /** Rows made at once, which bounds memory; the samples do not depend on it. @default 64 */
  readonly batchSize?: number | undefined
  /**
   * Makes one shard of the `count` samples alone, with labels and context given for all: shards of the same key and batch size,
   * put together in order, are bit by bit what is made without. @default all
   */
  readonly shard?: Shard | undefined
  /** Stops with an error `aborted`. */
  readonly signal?: AbortSignal | undefined
}

/** A model's pieces as plain JSON, from which its family makes it again; weights are kept beside it. */
export interface ModelConfig extends JsonObject {
  /** The family: 'vae', 'gan', 'flow', 'diffusion', or your own. */
  readonly kind: string
}

/** Makes data from codes. A GAN, a VAE, a flow or a plain function with its size is one. */
export interface Decoder {
  /** Numbers in one code. */
  readonly latentSize: number
  /** Codes `[batch, latentSize]` to data `[batch, …]`; images are `[batch, height, width, channels]` in [0, 1]. */
  decode(z: Tensor2D): Tensor | Promise<Tensor>
}

/** Finds the codes of data. */
export interface Encoder {
  /** Numbers in one code. */
  readonly latentSize: number
  /** Data `[batch, …]` to codes `[batch, latentSize]`. */
  encode(x: Tensor): Tensor2D | Promise<Tensor2D>
}

/** A decoder that may be able to encode too: what `@gen/latent-tools` asks of a model. */
export interface LatentModel extends Decoder {
  encode?(x: Tensor): Tensor2D | Promise<Tensor2D>
}

/** A model of data, trained on batches. What a family cannot do is left out. */
export interface GenerativeModel<B = Batch> extends Trainable<B> {
  /** Shape of one item, without the batch. */
  readonly shape: readonly number[]
  readonly config: ModelConfig
  /** What training changes, always in the same order. */
  variables(): Variable[]
  /**
   * Samples `[count, …shape]` in the data's units; images in [0, 1]. The variables are used as they are: after `fit` with
   * `ema` they hold the averages. The tensor is the caller's.
   *
   * @throws GenError `value` or `range` for a count, batch size or shard, `config`, `shape` or `range` for labels that do not fit
   * the model, `aborted` by the signal.
   */
  sample(options: SampleOptions): Promise<Tensor>
  /** Frees the variables; a second call does nothing. */
  dispose(): void
  /** Numbers in one code, for a model with a latent space. */
  readonly latentSize?: number
  encode?(x: Tensor, condition?: Condition): Tensor2D | Promise<Tensor2D>
  decode?(z: Tensor2D, condition?: Condition): Tensor | Promise<Tensor>
  /** Log-density (or its bound) of each item in nats, `[batch]`. */
  logProb?(x: Tensor, options?: object): Tensor1D | Promise<Tensor1D>
}
