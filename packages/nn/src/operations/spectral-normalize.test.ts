import { fold, key, useBackend } from '@gen/backend'
import { dispose, grad, mul, reshape, sum, type Tensor, tensor1d, tidy, type Variable } from '@tensorflow/tfjs-core'
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
