import { key, useBackend } from '@gen/backend'
import { dispose, grad, mean, ones, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { drop } from './drop.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const how = { where: 'nn.demo', training: true, key: key(1), own: key(2) }
const dropped = (options: object = {}, shape = [50, 8, 8]): number[] =>
  tidy(() => [...drop(ones(shape), { ...how, rate: 0.25, ...options }).dataSync()])

describe('dropping', () => {
  it('sets its share to 0 and keeps the mean', () => {
    const values = dropped()
    const zeros = values.filter((value) => value === 0).length / values.length
    expect(Math.abs(zeros - 0.25)).toBeLessThan(0.02)
    expect(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6)).toBe(true)
    const average = values.reduce((total, value) => total + value, 0) / values.length
    expect(Math.abs(average - 1)).toBeLessThan(0.03)
  })

  it('follows from the keys and the row alone', () => {
    expect(dropped()).toEqual(dropped())
    expect(dropped({ key: key(3) })).not.toEqual(dropped())
    expect(dropped({ own: key(3) })).not.toEqual(dropped())
    expect(dropped({}, [20, 8, 8])).toEqual(dropped().slice(0, 20 * 64))
  })

  it('is nothing outside of training, or at rate 0', () => {
    for (const options of [{ training: false }, { rate: 0 }, { training: false, key: undefined }]) {
      expect(new Set(dropped(options))).toEqual(new Set([1]))
    }
  })

  it('passes the gradient where it kept', () => {
    const x = ones([4, 5])
    const y = drop(x, { ...how, rate: 0.5 })
    const slope = grad((given: Tensor) => sum(drop(given, { ...how, rate: 0.5 })))(x)
    expect(slope.dataSync()).toEqual(y.dataSync())
    expect(tidy(() => mean(slope).dataSync()[0]!)).toBeGreaterThan(0)
    dispose([x, y, slope])
  })

  it('wants a key in training', () => {
    const x = ones([1, 2])
    const message =
      'nn.demo: expected a key for dropout in training, got none; call apply(inputs, { training: true, key })'
    expect(() => drop(x, { where: 'nn.demo', rate: 0.5, training: true, own: key(2) })).toThrow(message)
    x.dispose()
  })
})
