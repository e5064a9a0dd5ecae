/** Sizes beyond each limit in the kernels: tensors in a call, chunks of a job, the packed copy of a factor. */
import {
  addN,
  argMax,
  concat,
  cumsum,
  engine,
  exp,
  gather,
  greater,
  image,
  leakyRelu,
  matMul,
  max,
  maximum,
  maxPool,
  mod,
  oneHot,
  pad,
  removeBackend,
  setBackend,
  sin,
  slice,
  softmax,
  split,
  stack,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  tanh,
  tensor,
  tidy,
  transpose,
  unsortedSegmentSum,
  unstack,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agreesWithCpu, specOf, startSimd } from './laws.ts'

const exact = { rtol: 0, atol: 0 }
const int32 = (shape: number[], most: number) => specOf(shape, 3, { dtype: 'int32', min: 0, max: most })

beforeAll(() => startSimd({ threads: 2 }))
afterAll(() => removeBackend('simd'))

/** A limit, one less and one more, and up to more than twice of it. */
const around = (limit: number) => [limit - 1, limit, limit + 1, 1.5 * limit, 2 * limit, 2 * limit + 1]

describe('tensors in one call', () => {
  const ones = (count: number) => Array.from({ length: count }, (_, i) => specOf([1 + (i % 3)], i + 1))
  const alike = (count: number) => Array.from({ length: count }, (_, i) => specOf([2], i + 1))

  it.each(around(700))('squared norms of %i', async (count) => {
    await setBackend('simd')
    const specs = ones(count)
    const norms = tidy(() => {
      const inputs = Object.fromEntries(specs.map(({ values, shape }, i) => [`x${i}`, tensor(values, shape)]))
      return (engine().runKernel('GenSquaredNorms', inputs) as Tensor).dataSync()
    })
    expect(norms).toBeAllClose(specs.map(({ values }) => values.reduce((total, x) => total + x * x, 0)))
  })

  it.each(around(256))('AdamW of %i', async (count) => {
    await setBackend('simd')
    const attrs = {
      count,
      learningRate: 0.5,
      beta1: 0,
      beta2: 0,
      epsilon: 1,
      weightDecay: 0,
      step: 1,
      gradientScale: 1,
    }
    const results = tidy(() => {
      const inputs: Record<string, Tensor> = {}
      for (let i = 0; i < count; i++) {
        inputs[`x${i}`] = tensor([i])
        inputs[`g${i}`] = tensor([i % 2])
        for (const slot of ['m', 'v']) inputs[`${slot}${i}`] = zerosLike(inputs[`x${i}`]!)
      }
      const outputs = engine().runKernel('GenAdamW', inputs as never, attrs as never) as Tensor[]
      return outputs.map((output) => output.dataSync()[0]!)
    })
    // With no memory m = g, v = g², and the step is ½·g/(|g| + 1).
    const places = Array.from({ length: count }, (_, i) => i)
    expect(results.slice(0, count)).toBeAllClose(places.map((i) => i - 0.25 * (i % 2)))
    expect(results.slice(count)).toBeAllClose([...places, ...places].map((i) => i % 2))
  })

  it.each(around(1024))('joining and splitting %i', async (count) => {
    const specs = alike(count)
    await agreesWithCpu((...xs) => [concat(xs), stack(xs, 1)], specs, exact)
    await agreesWithCpu((x) => [concat(unstack(x!)), concat(split(x!, count))], [specOf([count, 3], 1)], exact)
  })

  it.each(around(2048))('the sum of %i', (count) => agreesWithCpu((...xs) => addN(xs), alike(count), { atol: 1e-4 }))
})

describe('more than 64 chunks of work', () => {
  const vector = specOf([2 ** 20 + 2 ** 15 + 13], 1)
  const costly = specOf([2 ** 18 + 4099], 2)
  const slow = specOf([2 ** 15 + 515], 3, { min: 0.5, max: 4 })

  it('element by element', async () => {
    await agreesWithCpu(
      (x) => [leakyRelu(x!, 0.3), maximum(x!, 0.5), where(greater(x!, 0), x!, zerosLike(x!))],
      [vector],
    )
    await agreesWithCpu((x) => [exp(x!), tanh(x!), sin(x!)], [costly])
    await agreesWithCpu((x) => mod(x!, 0.7), [slow], { atol: 1e-5 })
  })

  it('rows, columns and places', async () => {
    await agreesWithCpu(
      (x) => [sum(x!, 0), sum(x!, 1), max(x!, 0), max(x!, 1), argMax(x!, 1)],
      [specOf([1031, 1031], 4)],
      {
        atol: 1e-3,
      },
    )
    await agreesWithCpu((x) => cumsum(x!, 1), [specOf([67, 8211], 5)], { atol: 1e-2 })
    await agreesWithCpu((x) => softmax(x!), [specOf([531, 501], 6)])
  })

  it('moved elements', async () => {
    await agreesWithCpu(
      (x) => [
        transpose(x!),
        slice(x!, [1, 3]),
        pad(x!, [
          [1, 2],
          [3, 1],
        ]),
      ],
      [specOf([1029, 1033], 7)],
      exact,
    )
    await agreesWithCpu((x) => transpose(x!, [2, 1, 0]), [specOf([34, 3, 11_003], 8)], exact)
    await agreesWithCpu((x, i) => gather(x!, i as Tensor1D, 1), [specOf([9, 70], 9), int32([117_000], 69)], exact)
    await agreesWithCpu((i) => oneHot(i as Tensor1D, 31), [int32([34_501], 30)], exact)
    await agreesWithCpu(
      (x, i) => unsortedSegmentSum(x!, i as Tensor1D, 5),
      [specOf([4001, 270], 10), int32([4001], 4)],
      {
        atol: 1e-4,
      },
    )
  })

  it('images', async () => {
    await agreesWithCpu((x) => maxPool(x as Tensor4D, 3, 1, 'same'), [specOf([2, 130, 130, 4], 11)], exact)
    await agreesWithCpu((x) => image.resizeBilinear(x as Tensor3D, [301, 299]), [specOf([77, 75, 5], 12)])
  })
})

describe('a right factor too large for one packed copy', () => {
  it('is multiplied as a smaller one is', async () => {
    await setBackend('simd')
    // A column times a row, so that the product is known: 200 × 3000 by 3000 × 2900, 35 MB where 32 MiB are the limit.
    const [rows, depth, columns] = [200, 3000, 2900]
    const left = specOf([rows, depth], 1)
    const [column, row] = [specOf([depth, 1], 2), specOf([1, columns], 3)]
    const product = tidy(() => {
      const right = matMul(tensor(column.values, [depth, 1]), tensor(row.values, [1, columns]))
      return matMul(tensor(left.values, [rows, depth]), right).dataSync()
    })
    const factor = (r: number) => {
      let total = 0
      let magnitude = 0
      for (let k = 0; k < depth; k++) {
        const term = left.values[r * depth + k]! * column.values[k]!
        total += term
        magnitude += Math.abs(term)
      }
      return { total, magnitude }
    }
    let worst = 0
    for (let r = 0; r < rows; r++) {
      const { total, magnitude } = factor(r)
      for (let c = 0; c < columns; c++) {
        const error = Math.abs(product[r * columns + c]! - total * row.values[c]!)
        worst = Math.max(worst, error / (magnitude * Math.abs(row.values[c]!) + 1e-30))
      }
    }
    expect(worst).toBeLessThan(1e-5)
  })
})
