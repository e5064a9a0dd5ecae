import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../index.ts'

describe.each(['cpu', 'wasm', 'simd'] as const)('tensorScatterUpdate on %s', (name) => {
  beforeAll(() => useBackend(name))

  it.each(['float32', 'int32'] as const)('gives the update and leaves its input alone, %s', (dtype) => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2], dtype)
      const y = tf.tensorScatterUpdate(x, tf.tensor2d([1], [1, 1], 'int32'), tf.tensor2d([8, 9], [1, 2], dtype))
      expect([...y.dataSync()]).toEqual([1, 2, 8, 9])
      expect([...x.dataSync()]).toEqual([1, 2, 3, 4])
    })
  })
})
