/** Dropout by the key of the call. @module */
import { fold, type Key, uniform } from '@gen/backend'
import { cast, greaterEqual, mul, type Tensor } from '@tensorflow/tfjs-core'

/** Drops a share of the numbers, with another key at each call; the identity where nothing is dropped. */
export type Drop = (x: Tensor) => Tensor

/** Drops in training: each number is 0 with probability `rate`, the others are divided by 1 − rate. */
export function dropBy(rate: number, key: Key | undefined): Drop {
  if (rate === 0 || key === undefined) return (x) => x
  let calls = 0
  return (x) => {
    const kept = cast(greaterEqual(uniform(fold(key, calls++), x.shape), rate), 'float32')
    return mul(x, mul(kept, 1 / (1 - rate)))
  }
}
