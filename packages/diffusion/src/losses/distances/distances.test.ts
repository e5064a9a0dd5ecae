import { useBackend } from '@gen/backend'
import { dispose, grad, sum, type Tensor2D, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type LossName, rowDistance } from './loss.ts'

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
  it('sums over dimensions and keeps rows, with the slope of its formula', () => {
    const [eps, predicted] = [tensor2d(differences), zeros([2, 2]) as Tensor2D]
    const distance = rowDistance(name as LossName, eps, predicted)
    expect(distance.dataSync()).toBeAllClose(rows)
    const slope = grad((e) => sum(rowDistance(name as LossName, e, predicted)))(eps)
    expect(slope.dataSync()).toBeAllClose(slopes)
    dispose([eps, predicted, distance, slope])
  })
})

it('a row of one number is a row', () => {
  const [eps, predicted] = [tensor1d([1, 3]), tensor1d([0, 0])]
  const distance = rowDistance('l2', eps, predicted)
  expect(distance.dataSync()).toBeAllClose([1, 9])
  dispose([eps, predicted, distance])
})
