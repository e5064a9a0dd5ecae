/** What a flow is. @module */
import type { JsonObject, Key, Labels } from '@gen/backend'
import type { GenerativeModel, SampleOptions } from '@gen/model'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Given } from './bijectors/bijector.ts'
import type { Interval } from './bijectors/interval.ts'

/** A batch that a flow learns from; the batches of `@gen/data` are such. */
export interface FlowBatch {
  /** `[batch, ...shape]` */
  readonly x: Tensor
  /** Class of each row, int32 `[batch]`; needed by a flow with classes. */
  readonly labels?: Tensor1D
  /** What else is known of each row; needed by a flow with a context and without classes. */
  readonly condition?: { readonly context: Tensor }
}

/** A flow's architecture as plain JSON; `flowFromConfig` makes it again. */
export interface FlowConfig extends JsonObject {
  readonly kind: 'flow'
  readonly classes: number
  readonly base: JsonObject
  readonly transforms: readonly JsonObject[]
}

/** What a flow may be given besides its argument. */
export interface FlowGiven extends Given {
  /** Class of each row, or one for all, for a flow with classes; it may be given a context instead, such as a mixture of classes. */
  labels?: Labels | undefined
}

/** Options of drawing. */
export interface FlowDrawOptions extends FlowGiven {
  /** The base's samples are multiplied by it: below 1, likelier and less various samples. @default 1 */
  temperature?: number
}

/** Options of sampling. */
export interface FlowSampleOptions extends SampleOptions {
  /** Rows made at once, which bounds memory; the samples do not depend on it. @default as many as hold 2¹⁸ numbers, at least 64 */
  readonly batchSize?: number | undefined
  /** The base's samples are multiplied by it: below 1, likelier and less various samples. @default 1 */
  readonly temperature?: number
}

/** Draws of a distribution. */
export interface Sampling<T extends Tensor> {
  /**
   * Draws events at once, `[count, ...shape]`; event i depends only on (key, i). A flow with classes that is told none draws
   * them, all equally likely.
   */
  (count: number, k: Key, options?: FlowDrawOptions): T
  /** The same events in batches that bound memory, with turns of the event loop between them. */
  (options: FlowSampleOptions): Promise<T>
}

/** A distribution with exact density, made by transforming a base. It is a `Distribution` and a decoder structurally. */
export interface Flow<T extends Tensor = Tensor2D> extends GenerativeModel<FlowBatch> {
  readonly config: FlowConfig
  /** Numbers in one event. */
  readonly size: number
  /** Numbers in one latent vector: the same. */
  readonly latentSize: number
  /** How many classes it is conditional on; 0: none. */
  readonly classes: number
  /** Features of the context that its layers need; 0: none. */
  readonly context: number
  /** Where every element of an event must lie. */
  readonly domain: Interval
  /** Log-density in nats, `[batch]`. */
  logProb(x: T, given?: FlowGiven): Tensor1D
  readonly sample: Sampling<T>
  /** Draws events together with the log-density of drawing them (at that temperature); differentiable. */
  sampleWithLogProb(count: number, k: Key, options?: FlowDrawOptions): { value: T; logProb: Tensor1D }
  /** Data to latent vectors `[batch, size]`. */
  forward(x: T, given?: FlowGiven): { value: Tensor2D; logDet: Tensor1D }
  /** Latent vectors `[batch, size]` to data. */
  inverse(z: Tensor2D, given?: FlowGiven): { value: T; logDet: Tensor1D }
  /** The value of `forward`. */
  encode(x: T, given?: FlowGiven): Tensor2D
  /** The value of `inverse`. */
  decode(z: Tensor2D, given?: FlowGiven): T
  /** Sets data-dependent parameters (actnorm) from a batch; call it once, before training. */
  initialize(x: T, given?: FlowGiven): void
}
