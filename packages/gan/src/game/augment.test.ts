import { fold, GenError, key, uniform, useBackend } from '@gen/backend'
import { dispose, grad, mul, slice, sub, sum, type Tensor, type Tensor4D, tidy, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Augmentation, augment, augmentations } from './augment.ts'
import { packRows, unpackRows } from './pack.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const images = (rows = 3) => uniform(key(1), [rows, 8, 6, 3], { min: -1, max: 1 }) as Tensor4D
const numbers = (f: () => Tensor) => tidy(() => [...f().dataSync()])

describe.each([...augmentations, 'all'])('%s', (name) => {
  const names = (name === 'all' ? augmentations : [name]) as readonly Augmentation[]

  it('changes images by the key and the row alone', () => {
    const all = numbers(() => augment(images(), names, key(2)))
    expect(all).not.toEqual(numbers(images))
    expect(numbers(() => augment(images(), names, key(2)))).toEqual(all)
    expect(numbers(() => augment(images(), names, key(3)))).not.toEqual(all)
    expect(numbers(() => augment(slice(images(), 0, 1), names, key(2)))).toBeAllClose(all.slice(0, 144), { atol: 1e-6 })
  })

  it('has the gradient of its differences: it is affine in the image', () => {
    tidy(() => {
      const [x, direction, weights] = [0, 1, 2].map((i) => uniform(fold(key(4), i), [2, 8, 6, 3]) as Tensor4D)
      const f = (at: Tensor) => sum(mul(augment(at, names, key(5)), weights!))
      const along = sum(mul(grad(f)(x!), direction!)).dataSync()[0]!
      const difference = sub(f(sub(x!, mul(direction!, -1))), f(x!)).dataSync()[0]!
      expect([along]).toBeAllClose([difference], { rtol: 1e-4, atol: 1e-3 })
    })
  })
})

it('translation moves, and cutout cuts a part, of what is one everywhere', () => {
  const ones = (name: Augmentation) => numbers(() => augment(sub(1, zeros([40, 8, 8, 1])), [name], key(6)))
  const left = (name: Augmentation) => {
    const values = ones(name)
    return Array.from(
      { length: 40 },
      (_, i) => values.slice(64 * i, 64 * (i + 1)).filter((value) => value === 1).length,
    )
  }
  expect(Math.min(...left('translation'))).toBe(49)
  expect(Math.max(...left('translation'))).toBe(64)
  expect(Math.min(...left('cutout'))).toBe(48)
  expect(Math.max(...left('cutout'))).toBeGreaterThan(48)
})

it('without names leaves images as they are, and refuses unknown names and points', () => {
  expect(numbers(() => augment(images(), [], key(0)))).toEqual(numbers(images))
  const x = images()
  expect(() => augment(x, ['blur' as Augmentation], key(0))).toThrow(GenError)
  const points = zeros([2, 2])
  expect(() => augment(points, ['color'], key(0))).toThrow('gan.augment: expected x of rank 4')
  dispose([x, points])
})

it('packs rows side by side, and back', () => {
  tidy(() => {
    const x = images(4)
    const packed = packRows(x, 2)
    expect(packed.shape).toEqual([2, 8, 6, 6])
    expect([...slice(packed, [0, 0, 0, 3], [1, 1, 1, 3]).dataSync()]).toEqual([
      ...slice(x, [1, 0, 0, 0], [1, 1, 1, 3]).dataSync(),
    ])
    expect([...unpackRows(packed, 2).dataSync()]).toEqual([...x.dataSync()])
    expect(() => packRows(x, 3)).toThrow('gan.pack: expected a batch divisible by 3, got 4')
  })
})
