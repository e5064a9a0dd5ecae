import { bernoulli, fold, key, normal, uniform, useBackend } from '@gen/backend'
import {
  add,
  mean,
  mul,
  reshape,
  type Scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  train,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { unet } from './index.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

it('learns to tell noise from two constant images', () => {
  const network = unet({ shape: [4, 4, 1], widths: [8, 8], depth: 1, embeddingSize: 16 })
  const optimizer = train.adam(3e-3)
  const loss = (step: number) =>
    tidy(() => {
      const k = fold(key(1), step)
      const image = sub(mul(bernoulli(fold(k, 0), [16, 1, 1, 1], { p: 0.5 }), 2), 1)
      const noise = normal(fold(k, 1), [16, 4, 4, 1])
      const alpha = uniform(fold(k, 2), [16, 1], { min: 0.1, max: 0.9 })
      const ratio = reshape(alpha, [16, 1, 1, 1])
      const noisy = add(mul(sqrt(ratio), image), mul(sqrt(sub(1, ratio)), noise))
      return mean(square(sub(network.apply([noisy, alpha], { training: true }) as Tensor, noise))) as Scalar
    })
  const variables = network.trainableWeights.map((weight) => weight.read() as never)
  const average = (first: number) =>
    tidy(() => [0, 1, 2, 3].reduce((total, i) => total + loss(first + i).dataSync()[0]! / 4, 0))
  expect(average(1000)).toBeCloseTo(1, 0)
  for (let step = 0; step < 80; step++) optimizer.minimize(() => loss(step), false, variables)
  // Knowing the image's sign, which 16 pixels tell at nearly every level, leaves next to nothing.
  expect(average(1000)).toBeLessThan(0.25)
  optimizer.dispose()
  network.dispose()
})
