/** What a network puts out, and what that says of ε and x₀. @module */
import type { JsonObject } from '@gen/backend'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Prediction } from '../samplers/sampler.ts'

/** √α and √(1 − α) as tensors that scale the rows of x: columns, or scalars. */
export interface RateTensors {
  readonly signal: Tensor
  readonly noise: Tensor
}

/** Where a variational bound is taken. */
export interface BoundPlace {
  readonly x0: Tensor
  readonly x: Tensor
  readonly rates: RateTensors
  /** log-SNR of each row, as a column. */
  readonly logSnr: Tensor
  /** How far the schedule's ends lie apart in log-SNR. */
  readonly span: number
}

/** A parameterization as plain JSON. */
export type ParameterizationConfig = JsonObject & { readonly kind: string }

/**
 * What the network's output means. With `x = s · x₀ + n · ε`, where s = √α and n = √(1 − α), every output is a combination
 * of x₀ and ε, so any of them gives the two: `target` and `read` are inverse to each other.
 *
 * Its functions run in a `tidy`, and on tensors of the shapes that the rates scale.
 */
export interface Parameterization {
  /** What it is made from again, as plain JSON. */
  readonly config: ParameterizationConfig
  /** Whether x̂₀ is found by dividing by the signal: such a network says nothing of x₀ where there is none, at α = 0. */
  readonly needsSignal: boolean
  /** What the network is given for x. @default x itself */
  input?(x: Tensor, rates: RateTensors): Tensor
  /** What a network that knew x₀ and ε would put out. */
  target(x0: Tensor, eps: Tensor, rates: RateTensors): Tensor
  /** ε and x̂₀ of an output. */
  read(output: Tensor, x: Tensor, rates: RateTensors): Prediction
  /** What of the output for x the target is compared with. @default all of it */
  own?(output: Tensor, x: Tensor): Tensor
  /** What the loss of each row has besides, `[batch]`, for what the network says beside its `own`. @default nothing */
  bound?(output: Tensor, place: BoundPlace): Tensor1D
  /** By how much x̂₀ changes for a change of 1 in the output: `‖x₀ − x̂₀‖ = gain · ‖target − output‖`. */
  gain(rates: RateTensors): Tensor
}
