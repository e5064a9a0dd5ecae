import { grad, mul, square, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { useBackend, withoutGradient } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('withoutGradient', () => {
  it('has the values, and is a constant to a gradient', async () => {
    const x = tensor1d([2, 3])
    const stopped = withoutGradient(() => square(x))
    expect(await stopped.data()).toBeAllClose([4, 9])
    // Of x·c, c = x² held: x² and not 3x².
    const gradient = grad((z: Tensor) =>
      sum(
        mul(
          z,
          withoutGradient(() => square(z)),
        ),
      ),
    )(x)
    expect(await gradient.data()).toBeAllClose([4, 9])
    for (const tensor of [x, stopped, gradient]) tensor.dispose()
  })
})
