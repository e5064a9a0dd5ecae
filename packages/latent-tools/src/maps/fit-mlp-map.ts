/** The non-linear control: a small network between the spaces. @module */
import { assertInteger, assertKey, assertNumber, fold, type Key, normalArray } from '@gen/backend'
import {
  add,
  matMul,
  mean,
  mul,
  relu,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { given } from '../arguments.ts'
import { readPair } from '../codes.ts'
import { minimize } from '../minimize.ts'
import type { PairedCodes } from './fit-linear-map.ts'
import { type Scaled, scaled } from './scaling.ts'

/** Options of {@link fitMlpMap}. */
export interface FitMlpMapOptions {
  /** Units of the one hidden layer. @default 256 */
  hidden?: number
  /** @default 1000 */
  steps?: number
  /** Falls to 0 as a cosine. @default 3e-3 */
  learningRate?: number
  /** L2 penalty on the weights. @default 1e-4 */
  penalty?: number
  key: Key
}

/** A non-linear map between codes. */
export interface CodeMap {
  readonly inputSize: number
  readonly outputSize: number
  /** Maps codes `[batch, inputSize]` to `[batch, outputSize]`. */
  apply(z: Tensor2D): Tensor2D
}

/**
 * Fits `b ≈ W₂·relu(W₁·a + c₁) + c₂ + W₃·a`, full batch with Adam, on standardized codes: what a network can do beyond a
 * line. If it does no better than {@link fitLinearMap} on points left out, the spaces are linearly related.
 *
 * @throws GenError `shape` for sets that do not belong together; `non-finite`.
 * @example
 * const control = await fitMlpMap(support, { hidden: 32, steps: 200, key: key(0) })
 */
export async function fitMlpMap(support: PairedCodes, options: FitMlpMapOptions): Promise<CodeMap> {
  const where = 'latentTools.fitMlpMap'
  const { hidden = 256, steps = 1000, learningRate = 3e-3, penalty = 1e-4, key } = given(where, options)
  assertKey(where, 'key', key)
  assertNumber(where, 'learningRate', learningRate, { exclusiveMin: 0 })
  assertInteger(where, 'hidden', hidden, { min: 1 })
  assertInteger(where, 'steps', steps, { min: 1 })
  assertNumber(where, 'penalty', penalty, { min: 0 })
  const { a: first, b: second } = given(where, support, 'the support set, { a, b },')
  const [a, b] = readPair(where, first, second)
  const [from, to] = [scaled(a, true, 'standard'), scaled(b, true, 'standard')]
  const x = tensor2d(Float32Array.from(from.values.data), [a.rows, a.columns])
  const y = tensor2d(Float32Array.from(to.values.data), [b.rows, b.columns])
  const loss = (weights: readonly Tensor[]): Scalar =>
    add(
      mean(square(sub(forward(weights, x), y))),
      mul(penalty, add(sum(square(weights[0]!)), sum(square(weights[2]!)))),
    )
  const start = initialWeights(a.columns, hidden, b.columns, key)
  try {
    const weights = await minimize(start, loss, { where, steps, learningRate })
    const kept = await Promise.all(weights.map(async (w) => ({ shape: w.shape, data: await w.data() })))
    for (const weight of weights) weight.dispose()
    const rebuilt = () => kept.map(({ shape, data }) => tensor(data, shape))
    return {
      inputSize: a.columns,
      outputSize: b.columns,
      apply: (z) => tidy(() => unscale(forward(rebuilt(), scale(z, from)), to)),
    }
  } finally {
    x.dispose()
    y.dispose()
  }
}

function initialWeights(input: number, hidden: number, output: number, key: Key): Tensor[] {
  const draw = (place: number, rows: number, columns: number, deviation: number) =>
    tensor2d(
      normalArray(fold(key, place), rows, columns).map((value) => value * deviation),
      [rows, columns],
    )
  const zeros = (columns: number) => tensor2d(new Float32Array(columns), [1, columns])
  return [
    draw(0, input, hidden, Math.sqrt(2 / input)),
    zeros(hidden),
    draw(1, hidden, output, Math.sqrt(1 / hidden) / 10),
    zeros(output),
    draw(2, input, output, Math.sqrt(1 / input) / 10),
  ]
}

function forward(weights: readonly Tensor[], x: Tensor2D): Tensor2D {
  const [w1, c1, w2, c2, skip] = weights as [Tensor2D, Tensor, Tensor2D, Tensor, Tensor2D]
  const between = relu(add(matMul(x, w1), c1))
  return add(add(matMul(between, w2), c2), matMul(x, skip))
}

function scale(z: Tensor2D, { means, scales }: Scaled): Tensor2D {
  return mul(
    sub(z, Float32Array.from(means)),
    Float32Array.from(scales, (value) => 1 / value),
  )
}

function unscale(z: Tensor2D, { means, scales }: Scaled): Tensor2D {
  return add(mul(z, Float32Array.from(scales)), Float32Array.from(means))
}
