import {
  backend_util,
  conv2d,
  depthwiseConv2d,
  engine,
  fused,
  matMul,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeBackend, forAll, sameBits, seeds, specOf } from './laws.ts'

/** A tensor of given shape. */
const make = (shape: number[], seed: number): Tensor => tensor(specOf(shape, seed).values, shape)

/** Some of many along an axis. */
function part(x: Tensor, axis: number, first: number, count: number): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? first : 0))
  return slice(
    x,
    begin,
    x.shape.map((extent, i) => (i === axis ? count : extent)),
  )
}

/** What is computed from some of many along an axis has the bits that it has among all of them. */
function sameAlone(
  compute: (x: Tensor) => Tensor,
  x: Tensor,
  { axis, first, count, outAxis = axis }: { axis: number; first: number; count: number; outAxis?: number },
): void {
  tidy(() => {
    const among = part(compute(x), outAxis, first, count)
    const alone = compute(part(x, axis, first, count))
    expect(sameBits(alone.dataSync(), among.dataSync())).toBe(true)
  })
}

const extent = (max: number) => fc.integer({ min: 1, max })
/** Few, as a sample or two, and many, as a batch. */
const rows = fc.oneof(extent(8), extent(300))
const places = { first: fc.double({ min: 0, max: 1, noNaN: true }), count: fc.oneof(extent(5), extent(300)) }

/** `count` of `all` from somewhere on. */
function some(all: number, { first, count }: { first: number; count: number }): { first: number; count: number } {
  const taken = Math.min(count, all)
  return { first: Math.round(first * (all - taken)), count: taken }
}

describeBackend('a result among others', () => {
  it('is a row of a product', () =>
    forAll(
      fc.record({
        ...{ rows, depth: extent(600), columns: fc.oneof(extent(9), extent(140)), ...places, seed: seeds },
        ...{ transposeA: fc.boolean(), transposeB: fc.boolean(), biased: fc.boolean() },
      }),
      async ({ rows, depth, columns, seed, transposeA, transposeB, biased, ...places }) => {
        tidy(() => {
          const a = make(transposeA ? [depth, rows] : [rows, depth], seed)
          const b = make(transposeB ? [columns, depth] : [depth, columns], seed + 1) as Tensor2D
          const bias = biased ? make([columns], seed + 2) : undefined
          const activation = biased ? 'relu' : 'linear'
          const multiply = (a: Tensor) =>
            fused.matMul({ a: a as Tensor2D, b, transposeA, transposeB, ...(bias && { bias }), activation })
          sameAlone(multiply, a, { axis: transposeA ? 1 : 0, outAxis: 0, ...some(rows, places) })
        })
      },
      200,
    ))

  it('is one of many products', () =>
    forAll(
      fc.record({
        ...{ many: extent(9), rows: extent(12), depth: extent(70), columns: extent(40), ...places, seed: seeds },
        ...{ transposeA: fc.boolean(), transposeB: fc.boolean(), shared: fc.boolean() },
      }),
      async ({ many, rows, depth, columns, seed, transposeA, transposeB, shared, ...places }) => {
        tidy(() => {
          const a = make([many, ...(transposeA ? [depth, rows] : [rows, depth])], seed)
          const b = make([shared ? 1 : many, ...(transposeB ? [columns, depth] : [depth, columns])], seed + 1)
          const { first, count } = some(many, places)
          const among = part(matMul(a, b, transposeA, transposeB), 0, first, count)
          const right = shared ? b : part(b, 0, first, count)
          const alone = matMul(part(a, 0, first, count), right, transposeA, transposeB)
          expect(sameBits(alone.dataSync(), among.dataSync())).toBe(true)
        })
      },
      100,
    ))

  it('is an image of a convolution, and of its gradient', () =>
    forAll(
      fc.record({
        ...{ images: fc.oneof(extent(4), extent(40)), height: extent(12), width: extent(12), ...places, seed: seeds },
        channels: fc.constantFrom(1, 3, 16, 24),
        outChannels: fc.constantFrom(1, 3, 16, 40),
        window: fc.constantFrom([1, 1], [3, 1], [3, 2], [4, 2], [5, 1]),
      }),
      async ({ images, height, width, channels, outChannels, window, seed, ...places }) => {
        const [size, stride] = window as [number, number]
        tidy(() => {
          const x = make([images, height, width, channels], seed)
          const filter = make([size, size, channels, outChannels], seed + 1) as Tensor4D
          const convolve = (x: Tensor) => conv2d(x as Tensor4D, filter, stride, 'same')
          const place = { axis: 0, ...some(images, places) }
          sameAlone(convolve, x, place)
          const inputGradient = (dy: Tensor): Tensor => {
            const inputShape = [dy.shape[0]!, height, width, channels]
            const attrs = { strides: stride, pad: 'same', dataFormat: 'NHWC', inputShape }
            return engine().runKernel('Conv2DBackpropInput', { dy, filter }, attrs)
          }
          const { outHeight, outWidth } = backend_util.computeConv2DInfo(
            [images, height, width, channels],
            filter.shape,
            stride,
            1,
            'same',
          )
          sameAlone(inputGradient, make([images, outHeight, outWidth, outChannels], seed + 2), place)
          const taps = make([size, size, channels, 1], seed + 3) as Tensor4D
          sameAlone((x) => depthwiseConv2d(x as Tensor4D, taps, stride, 'same'), x, place)
        })
      },
      80,
    ))

  it('is a query or a head of attention', () =>
    forAll(
      fc.record({ heads: extent(6), n: fc.oneof(extent(6), extent(120)), m: extent(150), d: extent(40), ...places }),
      async ({ heads, n, m, d, ...places }) => {
        tidy(() => {
          const q = make([1, heads, n, d], 1)
          const [k, v] = [make([1, heads, m, d], 2), make([1, heads, m, d], 3)]
          const attend = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
            const results = engine().runKernel('GenAttention', { x0: q, x1: k, x2: v })
            return Array.isArray(results) ? results[0]! : results
          }
          sameAlone((q) => attend(q, k, v), q, { axis: 2, ...some(n, places) })
          const { first, count } = some(heads, places)
          const [queries, keys, values] = [q, k, v].map((x) => part(x, 1, first, count)) as [Tensor, Tensor, Tensor]
          const among = part(attend(q, k, v), 1, first, count)
          expect(sameBits(attend(queries, keys, values).dataSync(), among.dataSync())).toBe(true)
        })
      },
      60,
    ))
})
