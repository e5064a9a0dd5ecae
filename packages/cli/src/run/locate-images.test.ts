import { key, normal } from '@gen/backend'
import { add, mul, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { locateImages } from './locate-images.ts'

const decode = (z: Tensor2D): Tensor2D => tidy(() => add(mul(z, 2), 1))
const encode = (x: Tensor): Tensor2D => tidy(() => mul(add(x, -1), 0.5))
const options = { name: 'test', key: key(0) }

it('locates all images in order, in blocks', async () => {
  const x = normal(key(1), [150, 3])
  const z = await locateImages({ latentSize: 3, decode, encode }, x, { ...options, method: 'encode' })
  const [given, found] = [await x.data(), await z.data()]
  expect(z.shape).toEqual([150, 3])
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo((given[i]! - 1) / 2, 5)
  x.dispose()
  z.dispose()
})

it('searches each block from starts of its own', async () => {
  const x = normal(key(1), [33, 2])
  const z = await locateImages({ latentSize: 2, decode }, x, { ...options, method: 'optimize' })
  const [given, found] = [await x.data(), await z.data()]
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo((given[i]! - 1) / 2, 1)
  x.dispose()
  z.dispose()
}, 60_000)

it('draws no start twice, also of another block', async () => {
  // Where all codes give the same, a search ends where it began.
  const flat = (z: Tensor2D): Tensor2D => mul(z, 0)
  const x = normal(key(1), [40, 2])
  const z = await locateImages({ latentSize: 2, decode: flat }, x, { ...options, method: 'optimize' })
  const codes = (await z.array()).map((code) => code.join())
  expect(new Set(codes).size).toBe(40)
  x.dispose()
  z.dispose()
}, 60_000)
