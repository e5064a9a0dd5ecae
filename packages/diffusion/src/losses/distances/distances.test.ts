import { useBackend } from '@gen/backend'
import { dispose, grad, sum, type Tensor2D, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { distanceOf, type LossName } from './distance-of.ts'
import { pseudoHuber } from './pseudo-huber.ts'
import { rowDistance } from './row-distance.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const differences = [
  [0.5, -2],
  [0.25, 1],
]
const expected: Record<LossName, { rows: number[]; slopes: number[] }> = {
  l1: { rows: [2.5, 1.25], slopes: [1, -1, 1, 1] },
  l2: { rows: [4.25, 1.0625], slopes: [1, -4, 0.5, 2] },
  huber: { rows: [0.125 + 1.5, 0.53125], slopes: [0.5, -1, 0.25, 1] },
}

describe.each(Object.entries(expected))('%s', (name, { rows, slopes }) => {
  const named = distanceOf(name as LossName)

  it('sums over dimensions and keeps rows, with the slope of its formula', () => {
    const [eps, predicted] = [tensor2d(differences), zeros([2, 2]) as Tensor2D]
    const distance = rowDistance(named, eps, predicted)
    expect(distance.dataSync()).toBeAllClose(rows)
    const slope = grad((e) => sum(rowDistance(named, e, predicted)))(eps)
    expect(slope.dataSync()).toBeAllClose(slopes)
    dispose([eps, predicted, distance, slope])
  })
})

it('a row of one number is a row', () => {
  const [eps, predicted] = [tensor1d([1, 3]), tensor1d([0, 0])]
  const distance = rowDistance(distanceOf('l2'), eps, predicted)
  expect(distance.dataSync()).toBeAllClose([1, 9])
  dispose([eps, predicted, distance])
})

describe('the pseudo-Huber distance', () => {
  it.each([0.01, 1, 10])(
    'of scale %f is half the square where differences are small, and scale times them where large',
    (scale) => {
      const sizes = [0.01 * scale, 1000 * scale]
      const [target, output] = [tensor1d(sizes), tensor1d([0, 0])]
      const distance = rowDistance(pseudoHuber({ scale }), target, output)
      const [near, far] = distance.dataSync()
      expect(near! / (sizes[0]! ** 2 / 2)).toBeCloseTo(1, 2)
      expect(far! / (scale * sizes[1]!)).toBeCloseTo(1, 2)
      const slope = grad((t) => sum(rowDistance(pseudoHuber({ scale }), t, output)))(target)
      expect(slope.dataSync()).toBeAllClose(
        sizes.map((d) => (scale * d) / Math.hypot(d, scale)),
        { rtol: 1e-3 },
      )
      dispose([target, output, distance, slope])
    },
  )

  it('of other scales is refused', () => {
    for (const scale of [0, -1, Number.NaN])
      expect(() => pseudoHuber({ scale })).toThrow('diffusion.pseudoHuber: expected scale')
  })
})
