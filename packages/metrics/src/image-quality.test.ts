import { key } from '@gen/backend'
import { dispose, fill, type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Resizer, resizeImages } from './features/resize.ts'
import { msSsimDiversity } from './images/diversity.ts'
import { perceptualDistance } from './images/perceptual-distance.ts'
import { psnr } from './images/psnr.ts'
import { msSsim, ssim } from './images/ssim.ts'
import { fixture, imageValues, uniform, vectors } from './testing.ts'

interface Reference {
  psnr: number[]
  ssim: number[]
  msSsim: number[]
  perceptual: number[]
  resized: Record<Exclude<Resizer, 'none' | 'bilinear'>, number[]>
}

const reference = fixture<Reference>('images')
const kept: Tensor[] = []
const keep = <T extends Tensor>(tensor: T): T => {
  kept.push(tensor)
  return tensor
}

const images = (seed: number, shape: [number, number, number, number], noise: number) => {
  return keep(tensor4d(imageValues(seed, shape, noise), shape))
}
const smallX = images(21, [3, 24, 30, 3], 0.05)
const smallY = images(22, [3, 24, 30, 3], 0.3)
const largeX = images(23, [2, 176, 192, 1], 0.1)
const largeY = images(24, [2, 176, 192, 1], 0.4)
const flat = (value: number) => keep(fill([1, 16, 16, 1], value) as Tensor4D)

const shared = [smallX, smallY, largeX, largeY]
kept.length = 0
afterEach(() => dispose(kept.splice(0)))
afterAll(() => dispose(shared))

describe('psnr', () => {
  it('equals scikit-image, image by image', () => {
    const { value, perSample } = psnr(smallX, smallY)
    expect(perSample).toBeAllClose(reference.psnr, { rtol: 1e-14, atol: 0 })
    expect([value]).toBeAllClose([reference.psnr.reduce((sum, one) => sum + one, 0) / 3], { rtol: 1e-12 })
  })

  it('by hand: an error of 0.5 in a range of 2 is 12.04 dB; equal images are infinite', () => {
    expect(psnr(flat(0), flat(0.5), { range: [-1, 1] }).value).toBeCloseTo(10 * Math.log10(16), 12)
    const equal = psnr(smallX, smallX)
    expect(equal.value).toBe(Number.POSITIVE_INFINITY)
    expect(equal.warnings[0]).toMatch('3 of 3 pairs are equal')
  })
})

describe('ssim', () => {
  it('equals scikit-image with Wang’s window', () => {
    expect(ssim(smallX, smallY).perSample).toBeAllClose(reference.ssim, { rtol: 1e-10, atol: 0 })
  })

  it('is 1 for equal images, symmetric, and only about the means for flat ones', () => {
    expect([ssim(smallX, smallX).value]).toBeAllClose([1], { rtol: 1e-12 })
    expect([ssim(smallY, smallX).value]).toBeAllClose([ssim(smallX, smallY).value], { rtol: 1e-12 })
    const c1 = 0.01 ** 2
    expect([ssim(flat(0.25), flat(0.5)).value]).toBeAllClose([(2 * 0.125 + c1) / (0.0625 + 0.25 + c1)], { rtol: 1e-6 })
  })

  it('falls with noise', () => {
    const at = (noise: number) => ssim(smallX, images(22, [3, 24, 30, 3], noise)).value
    expect(at(0.1)).toBeGreaterThan(at(0.3))
    expect(at(0.3)).toBeGreaterThan(at(0.6))
  })

  it('does not depend on the range the values are written in', () => {
    const doubled = keep(
      tensor4d(
        imageValues(22, [3, 24, 30, 3], 0.3).map((v) => 4 * v),
        [3, 24, 30, 3],
      ),
    )
    const other = keep(
      tensor4d(
        imageValues(21, [3, 24, 30, 3], 0.05).map((v) => 4 * v),
        [3, 24, 30, 3],
      ),
    )
    expect([ssim(other, doubled, { range: [0, 4] }).value]).toBeAllClose([ssim(smallX, smallY).value], { rtol: 1e-12 })
  })

  it('refuses what it cannot compare', () => {
    expect(() => ssim(smallX, largeX)).toThrow('expected images of one shape, got [3, 24, 30, 3] and [2, 176, 192, 1]')
    const tiny = images(1, [1, 8, 8, 1], 0.5)
    expect(() => ssim(tiny, tiny)).toThrow('expected images of at least 11 × 11')
    expect(() => ssim(smallX, smallY, { range: [1, 0] })).toThrow('low < high')
    expect(() => ssim(smallX, smallY, { window: 10 })).toThrow('pass 11')
    const broken = keep(tensor4d(new Float32Array(256).fill(Number.NaN), [1, 16, 16, 1]))
    expect(() => ssim(flat(0), broken)).toThrow('expected finite numbers in y, got NaN at 0')
  })
})

describe('msSsim', () => {
  it('equals pytorch-msssim', () => {
    // The reference is float64 arithmetic on the same float32 images.
    const result = msSsim(largeX, largeY)
    expect(result.perSample).toBeAllClose(reference.msSsim, { rtol: 1e-12, atol: 0 })
    expect(result.warnings).toEqual([])
  })

  it('takes the scales that fit, and says so', () => {
    const result = msSsim(smallX, smallY)
    expect(result.settings.weights).toBeAllClose([0.0448 / 0.3304, 0.2856 / 0.3304])
    expect(result.warnings).toEqual(['2 of 5 scales fit images of 24 × 30'])
    expect([msSsim(smallX, smallX).value]).toBeAllClose([1], { rtol: 1e-12 })
    expect(() => msSsim(smallX, smallY, { weights: [0.3, 0.3, 0.4] })).toThrow('at least 44 × 44 for 3 scale(s)')
  })

  it('with one scale is ssim', () => {
    expect([msSsim(smallX, smallY, { weights: [1] }).value]).toBeAllClose([ssim(smallX, smallY).value], { rtol: 1e-12 })
  })
})

describe('msSsimDiversity', () => {
  it('over all pairs is their mean, and 1 for a collapsed model', () => {
    const options = { key: key(0), window: 7 }
    const all = msSsimDiversity(smallX, options)
    expect(all.perSample).toHaveLength(3)
    expect(all.settings.pairs).toBe(3)
    const one = imageValues(21, [1, 24, 30, 3], 0.05)
    const collapsed = keep(tensor4d(Float32Array.from([...one, ...one, ...one, ...one]), [4, 24, 30, 3]))
    expect([msSsimDiversity(collapsed, options).value]).toBeAllClose([1], { rtol: 1e-12 })
    expect(all.value).toBeLessThan(0.99)
  })

  it('draws its pairs by the key, each once', () => {
    const base = imageValues(25, [1, 12, 12, 1], 0.8)
    const noise = imageValues(26, [12, 12, 12, 1], 1)
    const many = keep(
      tensor4d(
        noise.map((value, at) => 0.8 * base[at % 144]! + 0.2 * value),
        [12, 12, 12, 1],
      ),
    )
    const at = (seed: number) => msSsimDiversity(many, { key: key(seed), pairs: 20 })
    expect(at(0).perSample).toEqual(at(0).perSample)
    expect(at(0).perSample).not.toEqual(at(1).perSample)
    expect(new Set(msSsimDiversity(many, { key: key(0) }).perSample).size).toBe(66)
    expect(() => msSsimDiversity(images(1, [1, 12, 12, 1], 0.5), { key: key(0) })).toThrow('at least 2 images')
  })
})

describe('perceptualDistance', () => {
  const layer = (seed: number) => tensor4d([...vectors(seed, 60, 4).data], [2, 6, 5, 4])
  const [x, y] = [
    [layer(31), layer(32)],
    [layer(41), layer(42)],
  ]
  afterAll(() => dispose([...x, ...y]))
  const weights = [uniform(51, 4), uniform(52, 4)]

  it('equals torchmetrics’ LPIPS on the same activations', () => {
    expect(perceptualDistance(x, y, { weights }).perSample).toBeAllClose(reference.perceptual, { rtol: 1e-6, atol: 0 })
  })

  it('is zero for equal images, symmetric, and does not depend on the activations’ scale', () => {
    expect(perceptualDistance(x, x).value).toBe(0)
    expect([perceptualDistance(y, x).value]).toBeAllClose([perceptualDistance(x, y).value], { rtol: 1e-12 })
    const scaled = [
      keep(
        tensor4d(
          [...vectors(31, 60, 4).data].map((v) => 8 * v),
          [2, 6, 5, 4],
        ),
      ),
      x[1]!,
    ]
    expect([perceptualDistance(scaled, y).value]).toBeAllClose([perceptualDistance(x, y).value], { rtol: 1e-8 })
  })

  it('refuses layers that do not match', () => {
    expect(() => perceptualDistance(x, [y[0]!])).toThrow('got 2, 1 and 2')
    expect(() => perceptualDistance(x, y, { weights: [weights[0]!, [1, 2, 3]] })).toThrow('expected 4 weights ≥ 0')
    expect(() => perceptualDistance([x[0]!], [smallX])).toThrow('expected y[0] of shape [2, 6, 5, 4]')
  })
})

describe('resizeImages', () => {
  const first = imageValues(21, [1, 24, 30, 3], 0.05).filter((_, at) => at % 3 === 0)
  const plane = tensor4d(first, [1, 24, 30, 1])
  afterAll(() => plane.dispose())

  it.each([['antialias-bicubic', 7, 13] as const, ['antialias-bilinear', 11, 40] as const])(
    'equals Pillow with %s',
    (resizer, height, width) => {
      const resized = keep(resizeImages(plane, [height, width], resizer))
      expect(resized.shape).toEqual([1, height, width, 1])
      expect(resized.dataSync()).toBeAllClose(reference.resized[resizer], { rtol: 1e-5, atol: 1e-6 })
    },
  )

  it('keeps flat images flat, and images of that size as they are', () => {
    for (const resizer of ['bilinear', 'antialias-bilinear', 'antialias-bicubic'] as const) {
      expect(keep(resizeImages(flat(0.3), [5, 21], resizer)).dataSync()).toBeAllClose(new Float32Array(105).fill(0.3))
      expect(keep(resizeImages(smallX, [24, 30], resizer)).dataSync()).toBeAllClose(smallX.dataSync())
    }
  })

  it('aliases only without the filter', () => {
    const stripes = keep(
      tensor4d(
        Float32Array.from({ length: 256 }, (_, at) => (at % 4 === 0 ? 1 : 0)),
        [1, 16, 16, 1],
      ),
    )
    const spread = (resizer: Exclude<Resizer, 'none'>) => {
      const values = keep(resizeImages(stripes, [4, 4], resizer)).dataSync()
      return Math.max(...values.map((value) => Math.abs(value - 0.25)))
    }
    expect(spread('bilinear')).toBe(0.25)
    expect(spread('antialias-bilinear')).toBeLessThan(0.1)
  })
})
