import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { tfjsGradients } from '../../generated/tfjs-gradients.ts'
import { key, normal, useBackend } from '../index.ts'
import { reductionGradients } from './reductions.ts'

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  it.each(reductionGradients)("the gradient of $kernelName has the bits of tfjs's", async (ours) => {
    await useBackend(backend)
    const theirs = tfjsGradients.find(({ kernelName }) => kernelName === ours.kernelName)!
    for (const axis of [[0], [0, 1, 2], [1, 3], [-1], 2]) {
      for (const shape of [
        [2, 3, 5, 7],
        [2, 0, 5, 7],
      ]) {
        tf.tidy(() => {
          const x = normal(key(1), shape)
          const dy = normal(key(2), tf.sum(x, axis).shape)
          const [expected, actual] = [theirs, ours].map(({ gradFunc }) => {
            const gradient = (gradFunc(dy, [x], { axis }) as Record<'x', () => tf.Tensor>).x()
            return { shape: gradient.shape, dtype: gradient.dtype, values: [...gradient.dataSync()] }
          })
          expect(actual).toEqual(expected)
        })
      }
    }
  })

  it('makes no array of ones in JavaScript', async () => {
    await useBackend(backend)
    tf.tidy(() => {
      const x = normal(key(1), [8, 16])
      const slope = tf.grad((t: tf.Tensor) => tf.sum(tf.mean(t, 0)))
      const made: number[] = []
      const engine = tf.engine()
      const makeTensor = engine.makeTensor.bind(engine)
      engine.makeTensor = ((...of: Parameters<typeof makeTensor>) => {
        made.push(tf.util.sizeFromShape(of[1]))
        return makeTensor(...of)
      }) as typeof engine.makeTensor
      try {
        slope(x)
      } finally {
        delete (engine as { makeTensor?: unknown }).makeTensor
      }
      expect(Math.max(...made)).toBeLessThan(x.size)
    })
  })
})
