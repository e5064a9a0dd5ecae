import { key, uniform, useBackend } from '@gen/backend'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { loadDigitModel } from './digits.ts'

it('the shipped digit classifier is fetched in a browser', async () => {
  await useBackend('cpu')
  const digits = await loadDigitModel()
  const images = uniform(key(0), [2, 28, 28, 1]) as Tensor4D
  const vectors = digits.features(images)
  expect(vectors.shape).toEqual([2, 64])
  images.dispose()
  vectors.dispose()
  digits.dispose()
})
