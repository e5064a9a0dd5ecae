import {
  backend as activeBackend,
  backend_util,
  slice,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SimdBackend } from '../backend.ts'
import { describeBackend, forAll, sameBits, seeds, specOf } from './laws.ts'
import { winogradFilterGradient, winogradFits, winogradForward, winogradInputGradient } from './winograd.ts'

type Geometry = backend_util.Conv2DInfo
type Padding = 'same' | 'valid' | number

/** Visits every product of the convolution: x index, filter index, y index. */
function visit(geometry: Geometry, see: (x: number, w: number, y: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry
  const { strideHeight: stride, filterHeight: size } = geometry
  for (let n = 0; n < batchSize; n++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let tap = 0; tap < size ** 2; tap++) {
          const row = stride * i + Math.floor(tap / size) - padInfo.top
          const column = stride * j + (tap % size) - padInfo.left
          if (row < 0 || column < 0 || row >= inHeight || column >= inWidth) continue
          const x = ((n * inHeight + row) * inWidth + column) * inChannels
          const y = ((n * outHeight + i) * outWidth + j) * outChannels
          for (let c = 0; c < inChannels; c++)
            for (let k = 0; k < outChannels; k++) see(x + c, (tap * inChannels + c) * outChannels + k, y + k)
        }
}

/** The filters that Winograd computes. */
interface Filter {
  size: 3 | 4
  stride: 1 | 2
}

const plain: Filter = { size: 3, stride: 1 }
const strided: Filter = { size: 4, stride: 2 }
const odd: Filter = { size: 3, stride: 2 }

function geometryOf(x: number[], outputs: number, padding: Padding, { size, stride } = plain): Geometry {
  const shape = x as [number, number, number, number]
  return backend_util.computeConv2DInfo(shape, [size, size, x[3]!, outputs], stride, 1, padding, 'floor')
}

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 4, max: 22 }),
  width: fc.integer({ min: 4, max: 22 }),
  inputs: fc.constantFrom(8, 16, 24),
  outputs: fc.constantFrom(8, 16, 32, 40),
  padding: fc.constantFrom<Padding>('same', 'valid', 1, 2),
  filter: fc.constantFrom(plain, strided, odd),
  seed: seeds,
})

interface Pieces {
  geometry: Geometry
  x: Tensor
  w: Tensor
  dy: Tensor
}

function piecesOf({
  batch,
  height,
  width,
  inputs,
  outputs,
  padding,
  filter = plain,
  seed,
}: {
  batch: number
  height: number
  width: number
  inputs: number
  outputs: number
  padding: Padding
  filter?: Filter
  seed: number
}): Pieces {
  const geometry = geometryOf([batch, height, width, inputs], outputs, padding, filter)
  const make = (shape: number[], offset: number) => {
    const { values } = specOf(shape, seed + offset, { min: -1, max: 1 })
    return tensor(values, shape)
  }
  return {
    geometry,
    x: make([batch, height, width, inputs], 0),
    w: make([filter.size, filter.size, inputs, outputs], 1),
    dy: make(geometry.outShape, 2),
  }
}

type Compute = (backend: SimdBackend, out: ReturnType<SimdBackend['output']>) => void

/** Runs a kernel into a fresh tensor and reads it. */
function compute(shape: number[], run: Compute): Float32Array {
  const backend = activeBackend() as SimdBackend
  const out = backend.output(shape, 'float32')
  run(backend, out)
  const values = backend.readSync(out.dataId) as Float32Array
  backend.disposeData(out.dataId)
  return values
}

const forward = ({ geometry, x, w }: Pieces): Float32Array =>
  compute(geometry.outShape, (backend, y) => winogradForward(backend, x, w, y, geometry))
const inputGradient = ({ geometry, x, w, dy }: Pieces): Float32Array =>
  compute(x.shape, (backend, dx) => winogradInputGradient(backend, dy, w, dx, geometry))
const filterGradient = ({ geometry, x, w, dy }: Pieces): Float32Array =>
  compute(w.shape, (backend, dw) => winogradFilterGradient(backend, x, dy, dw, geometry))

/** |actual − exact| over the largest sum of absolute products: the measure in which the bound is stated. */
function relativeError(actual: Float32Array, exact: Float64Array, magnitude: Float64Array): number {
  const scale = magnitude.reduce((most, value) => Math.max(most, value), 0)
  return actual.reduce((worst, value, i) => Math.max(worst, Math.abs(value - exact[i]!)), 0) / scale
}

const bound = 2e-5

/** Computes all three directions in float64 and asserts that Winograd's results are within the bound. */
function staysWithinBound(settings: Parameters<typeof piecesOf>[0]): void {
  const pieces = piecesOf(settings)
  const { geometry, ...tensors } = pieces
  const [xs, ws, dys] = Object.values(tensors).map((t) => t.dataSync() as Float32Array) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const zeros = () => ({
    y: new Float64Array(dys.length),
    dx: new Float64Array(xs.length),
    dw: new Float64Array(ws.length),
  })
  const exact = zeros()
  const size = zeros()
  visit(geometry, (i, j, k) => {
    const [a, b, c] = [xs[i]!, ws[j]!, dys[k]!]
    exact.y[k]! += a * b
    exact.dx[i]! += b * c
    exact.dw[j]! += a * c
    size.y[k]! += Math.abs(a * b)
    size.dx[i]! += Math.abs(b * c)
    size.dw[j]! += Math.abs(a * c)
  })
  expect(relativeError(forward(pieces), exact.y, size.y)).toBeLessThan(bound)
  if (geometry.padInfo.top <= 2) expect(relativeError(inputGradient(pieces), exact.dx, size.dx)).toBeLessThan(bound)
  expect(relativeError(filterGradient(pieces), exact.dw, size.dw)).toBeLessThan(bound)
  for (const t of Object.values(tensors)) t.dispose()
}

describeBackend('Winograd convolution', () => {
  it('stays within its error bound of the float64 sum, forward and in both gradients', () =>
    forAll(cases, async (settings) => staysWithinBound(settings), 60))

  it.each([plain, strided, odd])(
    'does so with so many tiles that the filter gradient is summed in parts, %j',
    ({ size, stride }) => {
      const [height, width] = [32 * stride, 31 * stride]
      const filter = { size, stride }
      staysWithinBound({ batch: 9, height, width, inputs: 16, outputs: 8, padding: 'same', filter, seed: 4 })
    },
  )

  it('adds a bias', () => {
    const pieces = piecesOf({ batch: 2, height: 5, width: 6, inputs: 8, outputs: 16, padding: 'same', seed: 3 })
    const bias = tensor(Array.from({ length: 16 }, (_, k) => k))
    const plain = forward(pieces)
    const { geometry, x, w, dy } = pieces
    const biased = compute(geometry.outShape, (backend, y) => winogradForward(backend, x, w, y, geometry, bias))
    expect(biased).toBeAllClose(
      plain.map((value, i) => value + (i % 16)),
      { rtol: 1e-6, atol: 1e-6 },
    )
    for (const t of [x as Tensor4D, w, dy, bias]) t.dispose()
  })

  it('gives an image the same bits alone and among others, where a large filter makes large blocks', () => {
    const shape = { height: 8, width: 8, inputs: 128, outputs: 192, padding: 'same' as const, filter: strided, seed: 6 }
    const many = piecesOf({ ...shape, batch: 30 })
    const one = piecesOf({ ...shape, batch: 1 })
    const images = slice(many.x as Tensor4D, [29, 0, 0, 0], [1, 8, 8, 128])
    const size = 4 * 4 * 192
    const alone = forward({ ...one, x: images, w: many.w })
    expect(sameBits(forward(many).slice(29 * size), alone)).toBe(true)
    for (const t of [many.x, many.w, many.dy, one.x, one.w, one.dy, images]) t.dispose()
  })

  // 256 tiles, and 1,224; at stride 2 a quarter of them.
  it.each([
    [16, plain],
    [34, plain],
    [34, strided],
    [68, strided],
    [34, odd],
    [68, odd],
  ] as const)('gives the same bits on any number of threads, %i rows, %j', async (height, filter) => {
    const shape = { batch: 8, height, width: 2 * height, inputs: 32, outputs: 24 }
    const pieces = piecesOf({ ...shape, padding: 'same', filter, seed: 5 })
    const backend = activeBackend() as SimdBackend
    const all = () => [forward(pieces), inputGradient(pieces), filterGradient(pieces)]
    const many = all()
    const { threads } = backend
    await backend.setThreads(1)
    expect(all().findIndex((values, i) => !sameBits(values, many[i]!))).toBe(-1)
    await backend.setThreads(threads)
    for (const t of [pieces.x, pieces.w, pieces.dy]) t.dispose()
  })
})

describe('winogradFits', () => {
  it.each([
    [[1, 28, 28, 32], 64, 'same', true],
    [[1, 28, 28, 32], 60, 'same', false],
    [[1, 28, 28, 8], 64, 'same', false],
    [[1, 2, 2, 32], 32, 'same', false],
    [[1, 7, 7, 32], 32, 'same', true],
    [[1, 28, 28, 32], 64, 3, false],
  ] as const)('for x %j to %i channels, padding %s: %s', (x, outputs, padding, fits) => {
    expect(winogradFits(geometryOf([...x], outputs, padding), 'forward')).toBe(fits)
  })

  it('for 4×4 of stride 2, not for dilations or other filters', () => {
    const fits = (filter: number, stride: number, dilation = 1, extent = 32) => {
      const shape = [1, extent, extent, 64] as [number, number, number, number]
      const geometry = backend_util.computeConv2DInfo(shape, [filter, filter, 64, 64], stride, dilation, 'same')
      return winogradFits(geometry, 'input')
    }
    expect([fits(3, 1), fits(4, 2), fits(4, 2, 1, 8)]).toEqual([true, true, true])
    expect([fits(3, 1, 2), fits(5, 1), fits(5, 2), fits(4, 1), fits(3, 2), fits(4, 2, 2)]).toEqual(Array(6).fill(false))
  })

  it('for 3×3 of stride 2 forward whatever the number of images, for its gradient with enough of them', () => {
    const fits = (batch: number, extent: number, outputs: number) => {
      const geometry = geometryOf([batch, extent, extent, 64], outputs, 'same', odd)
      return [winogradFits(geometry, 'forward'), winogradFits(geometry, 'filter'), winogradFits(geometry, 'input')]
    }
    expect(fits(64, 32, 64)).toEqual([true, true, false])
    expect(fits(1, 32, 64)).toEqual([true, false, false])
    expect(fits(64, 32, 136)).toEqual([false, false, false])
    expect(fits(64, 28, 64)).toEqual([true, false, false])
  })
})
