import { backend as activeBackend, backend_util, type Tensor, type Tensor4D, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SimdBackend } from '../backend.ts'
import { describeBackend, forAll, seeds, specOf } from './laws.ts'
import { winogradFilterGradient, winogradFits, winogradForward, winogradInputGradient } from './winograd.ts'

type Geometry = backend_util.Conv2DInfo
type Padding = 'same' | 'valid' | number

/** Visits every product of the convolution: x index, filter index, y index. */
function visit(geometry: Geometry, see: (x: number, w: number, y: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry
  for (let n = 0; n < batchSize; n++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let tap = 0; tap < 9; tap++) {
          const row = i + Math.floor(tap / 3) - padInfo.top
          const column = j + (tap % 3) - padInfo.left
          if (row < 0 || column < 0 || row >= inHeight || column >= inWidth) continue
          const x = ((n * inHeight + row) * inWidth + column) * inChannels
          const y = ((n * outHeight + i) * outWidth + j) * outChannels
          for (let c = 0; c < inChannels; c++)
            for (let k = 0; k < outChannels; k++) see(x + c, (tap * inChannels + c) * outChannels + k, y + k)
        }
}

const geometryOf = (x: number[], outputs: number, padding: Padding): Geometry =>
  backend_util.computeConv2DInfo(x as [number, number, number, number], [3, 3, x[3]!, outputs], 1, 1, padding)

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 3, max: 14 }),
  width: fc.integer({ min: 3, max: 14 }),
  inputs: fc.constantFrom(8, 16, 24),
  outputs: fc.constantFrom(8, 16, 40),
  padding: fc.constantFrom<Padding>('same', 'valid', 1, 2),
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
  seed,
}: {
  batch: number
  height: number
  width: number
  inputs: number
  outputs: number
  padding: Padding
  seed: number
}): Pieces {
  const geometry = geometryOf([batch, height, width, inputs], outputs, padding)
  const make = (shape: number[], offset: number) => {
    const { values } = specOf(shape, seed + offset, { min: -1, max: 1 })
    return tensor(values, shape)
  }
  return {
    geometry,
    x: make([batch, height, width, inputs], 0),
    w: make([3, 3, inputs, outputs], 1),
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
    forAll(cases, async (settings) => staysWithinBound(settings), 25))

  it('does so with so many tiles that the filter gradient is summed in parts', () =>
    staysWithinBound({ batch: 9, height: 32, width: 31, inputs: 16, outputs: 8, padding: 'same', seed: 4 }))

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

  // 256 tiles, and 1,224.
  it.each([16, 34])('gives the same bits on any number of threads, %i rows', async (height) => {
    const pieces = piecesOf({ batch: 8, height, width: 2 * height, inputs: 32, outputs: 24, padding: 'same', seed: 5 })
    const backend = activeBackend() as SimdBackend
    const all = () => [forward(pieces), inputGradient(pieces), filterGradient(pieces)]
    const many = all()
    const { threads } = backend
    await backend.setThreads(1)
    expect(all()).toEqual(many)
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
    expect(winogradFits(geometryOf([...x], outputs, padding))).toBe(fits)
  })

  it('not for strides, dilations or other filters', () => {
    const info = (filter: number, stride: number, dilation: number) =>
      backend_util.computeConv2DInfo([1, 28, 28, 32], [filter, filter, 32, 32], stride, dilation, 'same')
    expect(winogradFits(info(3, 1, 1))).toBe(true)
    expect([info(3, 2, 1), info(3, 1, 2), info(5, 1, 1)].map((geometry) => winogradFits(geometry))).toEqual([
      false,
      false,
      false,
    ])
  })
})
