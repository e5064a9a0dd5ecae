/** Dropout with a key. @module */
import { fold, type Key, refusal, uniform } from '@gen/backend'
import { cast, greaterEqual, mul, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { CallOptions } from '../define-layer.ts'

/** What is dropped, and where. */
export interface DropOptions extends CallOptions {
  /** The layer that drops, for errors. */
  readonly where: string
  /** Share of the numbers that become 0. */
  readonly rate: number
  /** The layer's own key, which keeps it apart from the others of its model. */
  readonly own: Key
}

/**
 * In training, sets each number to 0 with probability `rate` and divides the others by 1 − rate, so that the mean stays. Row i depends only on the keys and i.
 *
 * @throws GenError `config` in training without a key.
 * @see Dropout: a simple way to prevent neural networks from overfitting (Srivastava et al., 2014) https://jmlr.org/papers/v15/srivastava14a.html
 */
export function drop(x: Tensor, { where, rate, training, key, own }: DropOptions): Tensor {
  if (rate === 0 || !training) return x
  if (key === undefined) {
    const remedy = 'call apply(inputs, { training: true, key })'
    throw refusal('config', where, { expected: 'a key for dropout in training', got: 'none', remedy })
  }
  const k = fold(fold(key, own.hi), own.lo)
  return tidy(() => mul(x, mul(cast(greaterEqual(uniform(k, x.shape), rate), 'float32'), 1 / (1 - rate))))
}
