import { fold, key, useBackend } from '@gen/backend'
import {
  dispose,
  grad,
  mul,
  reshape,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { dense } from '../layers/dense.ts'
import { modelOf, numbers, run } from '../testing.ts'
import { spectralNormalize } from './spectral-normalize.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const shape = [2, 2, 3, 5]

/** The largest singular value in float64, by power iteration until it stands still. */
function largestSingularValue(values: ArrayLike<number>, columns: number): number {
  const rows = values.length / columns
  let u = Array.from({ length: columns }, (_, i) => 1 / (i + 1))
  let sigma = 0
  for (let n = 0; n < 5000; n++) {
    const v = Array.from({ length: rows }, (_, r) => u.reduce((total, x, c) => total + x * values[r * columns + c]!, 0))
    const next = u.map((_, c) => v.reduce((total, x, r) => total + x * values[r * columns + c]!, 0))
    sigma = Math.sqrt(Math.hypot(...next) / Math.hypot(...u))
    u = next.map((x) => x / Math.hypot(...next))
  }
  return sigma
}

it('divides by the largest singular value', () => {
  const weight = numbers(key(3), shape)
  const sigma = largestSingularValue(weight.dataSync(), 5)
  const normalized = tidy(() =>
    spectralNormalize(weight, tensor1d([1, 0, 0, 0, 0]), { iterations: 100 }).weight.dataSync(),
  )
  expect(normalized).toBeAllClose(
    weight.dataSync().map((w) => w / sigma),
    { rtol: 1e-5 },
  )
  weight.dispose()
})

it('has the gradient of the exact normalization once it has converged', () => {
  const weight = numbers(key(4), shape)
  const seed = numbers(key(5), shape)
  const [w, c] = [Float64Array.from(weight.dataSync()), seed.dataSync()]
  const exact = (values: Float64Array) =>
    values.reduce((total, value, i) => total + value * c[i]!, 0) / largestSingularValue(values, 5)
  const h = 1e-6
  const expected = [0, 7, 23, 42, 59].map((i) => {
    const at = (d: number) => exact(w.map((value, j) => (i === j ? value + d : value)))
    return (at(h) - at(-h)) / (2 * h)
  })
  const gradient = tidy(() => {
    const u = tensor1d([1, 0, 0, 0, 0])
    return grad((x: Tensor) => sum(mul(spectralNormalize(x, u, { iterations: 200 }).weight, seed)))(weight).dataSync()
  })
  expect([0, 7, 23, 42, 59].map((i) => gradient[i]!)).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-4 })
  dispose([weight, seed])
})

it('moves its vector on in training only, and keeps a layer 1-Lipschitz', () => {
  const network = modelOf(dense({ units: 5, gain: 10, spectral: true, key: key(6) }), [[1, 12]])
  const [kernel, , u] = network.weights.map((weight) => weight.read() as Variable)
  const x = numbers(fold(key(6), 1), [1, 12])
  const start = [...u!.dataSync()]
  run(network, [x]).dispose()
  expect([...u!.dataSync()]).toEqual(start)
  for (let i = 0; i < 100; i++) run(network, [x], true).dispose()
  expect([...u!.dataSync()]).not.toEqual(start)
  const sigma = largestSingularValue(kernel!.dataSync(), 5)
  const effective = tidy(() =>
    spectralNormalize(reshape(kernel!, [12, 5]), u as never, { iterations: 0 }).weight.dataSync(),
  )
  expect(sigma).toBeGreaterThan(5)
  expect(largestSingularValue(effective, 5)).toBeCloseTo(1, 4)
  x.dispose()
  network.dispose()
})

/** σ's vectors after so many iterations from u, in float64. */
function vectorsOf(w: ArrayLike<number>, start: number[], iterations: number): { v: number[]; u: number[] } {
  const [columns, rows] = [start.length, w.length / start.length]
  const unit = (x: number[]) => x.map((value) => value / Math.hypot(...x))
  const left = (u: number[]) =>
    unit(Array.from({ length: rows }, (_, r) => u.reduce((total, x, c) => total + x * w[r * columns + c]!, 0)))
  let u = start
  let v = left(u)
  for (let i = 0; i < iterations; i++) {
    if (i > 0) v = left(u)
    u = unit(u.map((_, c) => v.reduce((total, x, r) => total + x * w[r * columns + c]!, 0)))
  }
  return { v, u }
}

it.each([1, 2])(
  'holds the vectors constant in its gradient, also far from convergence: %i iterations',
  (iterations) => {
    const weight = numbers(key(4), shape)
    const seed = numbers(key(5), shape)
    const [w, c] = [Float64Array.from(weight.dataSync()), seed.dataSync()]
    const start = [0.6, 0, 0, -0.8, 0]
    const fixed = vectorsOf(w, start, iterations)
    /** Σ c·W/(vᵀWu), with the vectors of the weight itself or with those that were there before. */
    const value = (at: Float64Array, { v, u }: { v: number[]; u: number[] }) => {
      const sigma = v.reduce((sum, x, r) => sum + u.reduce((row, y, k) => row + x * y * at[r * 5 + k]!, 0), 0)
      return at.reduce((total, x, i) => total + x * c[i]!, 0) / sigma
    }
    const slopes = (vectors: (at: Float64Array) => { v: number[]; u: number[] }) =>
      Array.from(w, (_, i) => {
        const at = (d: number) => w.map((x, j) => (i === j ? x + d : x))
        const [up, down] = [at(1e-6), at(-1e-6)]
        return (value(up, vectors(up)) - value(down, vectors(down))) / 2e-6
      })
    const held = slopes(() => fixed)
    const moving = slopes((at) => vectorsOf(at, start, iterations))
    // Else the test could not tell the two apart.
    expect(Math.max(...held.map((slope, i) => Math.abs(slope - moving[i]!)))).toBeGreaterThan(0.01)
    const gradient = tidy(() =>
      grad((x: Tensor) => sum(mul(spectralNormalize(x, tensor1d(start), { iterations }).weight, seed)))(
        weight,
      ).dataSync(),
    )
    expect(gradient).toBeAllClose(held, { rtol: 1e-4, atol: 1e-4 })
    dispose([weight, seed])
  },
)

it('leaves zeros as they are, with a gradient and a direction to go on from', () => {
  tidy(() => {
    const start = tensor1d([0.6, 0, 0, -0.8, 0])
    for (const iterations of [0, 1, 3]) {
      const { weight, u } = spectralNormalize(zeros([4, 5]), start, { iterations })
      expect([...weight.dataSync()]).toEqual(Array(20).fill(0))
      expect(u.dataSync()).toEqual(start.dataSync())
      const slope = grad((x: Tensor) => sum(spectralNormalize(x, start, { iterations }).weight))(zeros([4, 5]))
      expect([...slope.dataSync()]).toEqual(Array(20).fill(1))
    }
  })
})
