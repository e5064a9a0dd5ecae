/** Image metrics on flat, equal, far-off and broken images, and labels of broken scores. @module */
import { GenError, key } from '@gen/backend'
import { dispose, fill, type Tensor4D, tensor2d, tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { msSsimDiversity } from './images/diversity.ts'
import { psnr } from './images/psnr.ts'
import { msSsim, ssim } from './images/ssim.ts'
import { stackedLabels } from './modes/known-modes.ts'
import { uniform } from './testing.ts'

const shape: [number, number, number, number] = [1, 24, 24, 1]
const flat = (value: number) => fill(shape, value) as Tensor4D
/** Noise on a grid that float32 holds at 1e4 too. */
const noise = (seed: number, offset: number) =>
  tensor4d(
    Float32Array.from(uniform(seed, 576), (value) => offset + Math.round(value * 64) / 64),
    shape,
  )

function use<T>(images: Tensor4D[], run: (...images: Tensor4D[]) => T): T {
  try {
    return run(...images)
  } finally {
    dispose(images)
  }
}

const metrics = { psnr, ssim, msSsim }
const c1 = 0.01 ** 2

describe('flat images', () => {
  it.each([
    [0, 0],
    [1, 1],
    [0.25, 0.5],
    [0, 1],
  ])('of %d and %d are compared by their means', (a, b) => {
    const luminance = (2 * a * b + c1) / (a * a + b * b + c1)
    expect(use([flat(a), flat(b)], (x, y) => ssim(x, y).value)).toBeCloseTo(luminance, 10)
    // The coarser of two scales holds the whole index; weights scaled to sum to 1.
    expect(use([flat(a), flat(b)], (x, y) => msSsim(x, y).value)).toBeCloseTo(luminance ** (0.2856 / 0.3304), 10)
    const ratio = a === b ? Number.POSITIVE_INFINITY : -20 * Math.log10(Math.abs(a - b))
    expect(use([flat(a), flat(b)], (x, y) => psnr(x, y).value)).toBeCloseTo(ratio, 12)
  })
})

describe('a range far from 0', () => {
  it('does not touch contrast: SSIM at 1e4 is that at 1e5, and that of a plain sum around the mean', () => {
    const at = (offset: number) =>
      use([noise(1, offset), noise(2, offset)], (x, y) => {
        const range = [offset, offset + 1] as const
        return [ssim(x, y, { range }).value, psnr(x, y, { range }).value]
      })
    expect(at(1e5)).toBeAllClose(at(1e4), { rtol: 1e-7 })
    expect([at(1e4)[1]!]).toBeAllClose([at(0)[1]!], { rtol: 1e-12 })
  })
})

describe.each(Object.entries(metrics))('%s', (_, metric) => {
  it('refuses NaN, infinities, other shapes, no images and empty ranges', () => {
    const codeOf = (images: Tensor4D[], range?: [number, number]) =>
      use(images, (x, y) => {
        try {
          metric(x, y, range ? { range } : {})
        } catch (error) {
          return GenError.is(error) ? error.code : error
        }
        return 'none'
      })
    expect(codeOf([flat(0), flat(Number.NaN)])).toBe('non-finite')
    expect(codeOf([flat(Number.POSITIVE_INFINITY), flat(0)])).toBe('non-finite')
    expect(codeOf([flat(0), fill([1, 24, 25, 1], 0)])).toBe('shape')
    expect(codeOf([tensor4d([], [0, 24, 24, 1]), tensor4d([], [0, 24, 24, 1])])).toBe('shape')
    for (const range of [
      [1, 1],
      [1, 0],
      [0, Number.POSITIVE_INFINITY],
      [Number.NaN, 1],
    ] as [number, number][]) {
      expect(codeOf([flat(0), flat(0)], range)).toBe('range')
    }
  })
})

it('constants and weights that leave nothing to divide by are refused', () => {
  use([flat(0), flat(0)], (x, y) => {
    expect(() => ssim(x, y, { constants: [0, 0.03] })).toThrow('expected constant a number > 0, got 0')
    expect(() => ssim(x, y, { constants: [0.01, -1] })).toThrow('expected constant a number > 0')
    expect(() => msSsim(x, y, { weights: [] })).toThrow('expected at least one weight, got none')
  })
})

it('diversity of flat images of two values is 1 or what their means say', () => {
  const values = [0.25, 0.25, 0.5].flatMap((value) => new Array<number>(576).fill(value))
  use([tensor4d(values, [3, 24, 24, 1])], (images) => {
    const { perSample } = msSsimDiversity(images, { key: key(0) })
    const apart = ((2 * 0.125 + c1) / (0.0625 + 0.25 + c1)) ** (0.2856 / 0.3304)
    expect([...perSample].sort()).toBeAllClose([apart, apart, 1], { rtol: 1e-9 })
  })
})

describe('stackedLabels', () => {
  it('refuses scores of NaN, and more labels than an int32 holds', () => {
    use([fill([2, 1, 1, 3], 0)], (images) => {
      const broken = () =>
        tensor2d([
          [0.5, Number.NaN],
          [1, 0],
        ])
      expect(() => stackedLabels(images, broken, 2)).toThrow(
        'expected finite numbers in classify(images), got NaN at 1',
      )
      expect(() => stackedLabels(images, broken, 2000)).toThrow('expected at most 2³¹ labels')
    })
  })
})
