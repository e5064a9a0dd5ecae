/** SSIM, MS-SSIM and perceptual losses. @module */
import { readFileSync } from 'node:fs'
import { key, normal, uniform, useBackend } from '@gen/backend'
import {
  add,
  dispose,
  grad,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { msSsimLoss, perceptualLoss, ssimLoss } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

type Shape = [number, number, number, number]

/** The images of `fixtures/metrics/inputs.py`, bit for bit. */
function images(seed: number, shape: Shape, noise: number): Tensor4D {
  const [count, height, width, channels] = shape
  const start = Math.imul(seed, 0x9e3779b9)
  const values = Float32Array.from({ length: count * height * width * channels }, (_, at) => {
    let u = (start + at) | 0
    u = Math.imul(u ^ (u >>> 16), 0x7feb352d)
    u = Math.imul(u ^ (u >>> 15), 0x846ca68b)
    const value = ((u ^ (u >>> 16)) >>> 8) / 2 ** 24
    const c = at % channels
    const x = Math.floor(at / channels) % width
    const y = Math.floor(at / channels / width) % height
    const b = Math.floor(at / channels / width / height)
    return ((((y + 3 * b) * (x + 5 * c)) % 64) / 64) * (1 - noise) + value * noise
  })
  return tensor4d(values, shape)
}

const file = new URL('../../../../fixtures/metrics/images.json', import.meta.url)
const reference = JSON.parse(readFileSync(file, 'utf8')) as { ssim: number[]; msSsim: number[] }

describe('parity', () => {
  it('ssimLoss is 1 minus scikit-image’s', () => {
    const [x, y] = [images(21, [3, 24, 30, 3], 0.05), images(22, [3, 24, 30, 3], 0.3)]
    const loss = ssimLoss(x, y)
    expect(Array.from(loss.dataSync(), (value) => 1 - value)).toBeAllClose(reference.ssim, { rtol: 1e-5 })
    dispose([x, y, loss])
  })

  it('msSsimLoss is 1 minus pytorch-msssim’s', () => {
    const [x, y] = [images(23, [2, 176, 192, 1], 0.1), images(24, [2, 176, 192, 1], 0.4)]
    const loss = msSsimLoss(x, y)
    expect(Array.from(loss.dataSync(), (value) => 1 - value)).toBeAllClose(reference.msSsim, { rtol: 1e-5 })
    dispose([x, y, loss])
  })
})

const losses = [
  ['ssimLoss', ssimLoss],
  ['msSsimLoss', msSsimLoss],
] as const

describe.each(losses)('%s', (name, loss) => {
  it('is 0 for equal images, for each image of the batch', () => {
    const x = uniform(key(1), [3, 24, 24, 2]) as Tensor4D
    const value = loss(x, x)
    expect(value.shape).toEqual([3])
    expect(value.dataSync()).toBeAllClose([0, 0, 0], { atol: 1e-5 })
    dispose([x, value])
  })

  it('has the gradient of its finite difference', () => {
    const options = { window: 5 }
    const [x, y] = [uniform(key(1), [2, 12, 12, 1]) as Tensor4D, uniform(key(2), [2, 12, 12, 1]) as Tensor4D]
    const near = tidy(() => add(mul(x, 0.7), mul(y, 0.3)) as Tensor4D)
    const direction = normal(key(3), x.shape)
    const value = (z: Tensor) => sum(loss(z as Tensor4D, near, options))
    const at = (t: number) => tidy(() => value(add(x, mul(direction, t))).dataSync()[0]!)
    const step = 2e-3
    const difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    const slope = tidy(() => sum(mul(grad(value)(x), direction)).dataSync()[0]!)
    expect(Math.abs(difference)).toBeGreaterThan(0.01)
    expect([slope]).toBeAllClose([difference], { rtol: 5e-3, atol: 1e-3 })
    dispose([x, y, near, direction])
  })

  it('falls under its own gradient, which is finite for an inverted image too', () => {
    const target = images(21, [1, 24, 24, 1], 0.1)
    const slopeAt = (image: Tensor4D) => grad((z: Tensor) => sum(loss(z as Tensor4D, target)))(image)
    const values = tidy(() => {
      let image = add(mul(target, 0.5), mul(uniform(key(1), target.shape), 0.5)) as Tensor4D
      return Array.from({ length: 5 }, () => {
        const value = loss(image, target).dataSync()[0]!
        image = sub(image, mul(slopeAt(image), 2))
        return value
      })
    })
    for (const [i, value] of values.slice(1).entries()) expect(value).toBeLessThan(values[i]!)
    const inverted = tidy(() => slopeAt(sub(1, target)).dataSync())
    expect(inverted.every(Number.isFinite)).toBe(true)
    target.dispose()
  })

  it('refuses images that are too small or differ in shape', () => {
    const [small, other] = [images(1, [1, 8, 8, 1], 0.5), images(1, [1, 24, 24, 1], 0.5)]
    expect(() => loss(small, small)).toThrow(`losses.${name}: expected images of at least 11 × 11`)
    expect(() => loss(other, small)).toThrow('expected y of shape [1, 24, 24, 1]')
    expect(() => loss(other, other, { window: 4 })).toThrow('expected an odd window, got 4; pass 5')
    dispose([small, other])
  })
})

describe('perceptualLoss', () => {
  const features = (x: Tensor) => [x, tidy(() => mul(square(x), 2))]

  it('is the mean over places of the sum over channels, layer by layer', () => {
    const [x, y] = [uniform(key(1), [2, 3, 3, 2]), uniform(key(2), [2, 3, 3, 2])]
    const value = perceptualLoss({ features, weights: [1, 0.5] })(x, y)
    const [a, b] = [x.dataSync(), y.dataSync()]
    const expected = [0, 1].map((row) => {
      let total = 0
      for (let i = row * 18; i < (row + 1) * 18; i++) {
        total += ((a[i]! - b[i]!) ** 2 + 0.5 * (2 * a[i]! ** 2 - 2 * b[i]! ** 2) ** 2) / 9
      }
      return total
    })
    expect(value.dataSync()).toBeAllClose(expected, { rtol: 1e-5 })
    dispose([x, y, value])
  })

  it('with unitLength, forgives the scale', () => {
    const [x, y] = [uniform(key(1), [2, 3, 3, 4]), uniform(key(2), [2, 3, 3, 4])]
    const distance = perceptualLoss({ features: (z) => tidy(() => mul(z, 1)), unitLength: true })
    const [same, scaled, other] = tidy(() =>
      [distance(x, x), distance(x, mul(x, 3)), distance(x, y)].map((z) => z.dataSync()),
    )
    expect(same).toBeAllClose([0, 0])
    expect(scaled).toBeAllClose([0, 0], { atol: 1e-5 })
    expect(other!.every((value) => value > 0.01)).toBe(true)
    const slope = tidy(() => grad((z: Tensor) => mean(distance(z, mul(y, 0))))(x).dataSync())
    expect(slope.every(Number.isFinite)).toBe(true)
    dispose([x, y])
  })

  it('refuses layers that do not fit the weights', () => {
    const x = uniform(key(1), [2, 3, 3, 2])
    const distance = perceptualLoss({ features, weights: [1] })
    expect(() => distance(x, x)).toThrow('losses.perceptualLoss: expected 1 layers, as weights, got 2 from features')
    x.dispose()
  })
})
