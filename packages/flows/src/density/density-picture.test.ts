import { useBackend } from '@gen/backend'
import { beforeAll, expect, it } from 'vitest'
import { affine, densityPicture, flow } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

it('draws a density that sums to one, and the warped grid', async () => {
  // x = z/2 + 0.5
  const model = flow({ transforms: affine(2, { scale: 2, shift: -1 }) })
  const { centers, density, lines } = await densityPicture(model, {
    range: [-2, 3],
    resolution: 80,
    lines: 3,
    points: 5,
  })
  const cell = 5 / 80
  expect(density.reduce((total, value) => total + value * cell ** 2, 0)).toBeCloseTo(1, 3)
  const top = density.indexOf(Math.max(...density))
  expect(centers[top % 80]).toBeCloseTo(0.5, 0)
  expect(centers[79 - Math.floor(top / 80)]).toBeCloseTo(0.5, 0)
  expect(lines).toHaveLength(6)
  // z₀ = −3, z₁ from −3 to 3; then z₁ = −3.
  expect(lines[0]).toBeAllClose([-1, -1, -1, -0.25, -1, 0.5, -1, 1.25, -1, 2])
  expect(lines[3]).toBeAllClose([-1, -1, -0.25, -1, 0.5, -1, 1.25, -1, 2, -1])
})

it('wants two dimensions', async () => {
  const model = flow({ transforms: affine(3) })
  await expect(densityPicture(model)).rejects.toThrow(/expected a flow of 2 features, got 3/)
})
