/** The front door of the metrics on feature vectors: from tensors to checked arrays. @module */
import { assertRank, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { FeatureMatrix, Vectors } from './feature-matrix.ts'

/**
 * Reads and checks a set of feature vectors.
 *
 * @param minimum - The smallest number of rows that the metric can work with.
 * @throws GenError `shape` for other ranks, too few rows or no columns; `non-finite` for NaN or infinite features.
 */
export function readVectors(where: string, name: string, x: Vectors, minimum = 1): FeatureMatrix {
  const m = isTensor(x) ? fromTensor(where, name, x) : x
  if (!Number.isInteger(m.rows) || !Number.isInteger(m.columns) || m.data.length !== m.rows * m.columns) {
    throw refusal('shape', where, {
      expected: `${name} with ${m.rows} × ${m.columns} numbers`,
      got: m.data.length,
      remedy: 'check rows and columns',
      details: { name, rows: m.rows, columns: m.columns, got: m.data.length },
    })
  }
  if (m.rows < minimum || m.columns < 1) {
    const least = minimum === 1 ? 'at least 1 sample' : `at least ${minimum} samples`
    throw refusal('shape', where, {
      expected: `${name} with ${least} of at least 1 feature`,
      got: `shape [${m.rows}, ${m.columns}]`,
      remedy: 'pass more samples',
      details: { name, minimum, rows: m.rows, columns: m.columns },
    })
  }
  assertFiniteRows(where, name, m)
  return m
}

/**
 * Reads and checks two sets that are compared with each other.
 *
 * @throws GenError as {@link readVectors}; `shape` when the feature sizes differ.
 */
export function readPair(
  where: string,
  real: Vectors,
  fake: Vectors,
  minimum = 1,
): { real: FeatureMatrix; fake: FeatureMatrix } {
  const a = readVectors(where, 'real', real, minimum)
  const b = readVectors(where, 'fake', fake, minimum)
  assertSameSize(where, a.columns, b.columns)
  return { real: a, fake: b }
}

/** Throws a GenError `shape` when two feature sizes differ. */
export function assertSameSize(where: string, a: number, b: number, names: [string, string] = ['real', 'fake']): void {
  if (a === b) return
  throw refusal('shape', where, {
    expected: 'vectors of one size',
    got: `${a} in ${names[0]} and ${b} in ${names[1]}`,
    remedy: 'extract both with the same features',
    details: { [names[0]]: a, [names[1]]: b },
  })
}

/** Float64 numbers from a tensor of any rank or an array, checked to be finite. */
export function readNumbers(where: string, name: string, x: Tensor | ArrayLike<number>): Float64Array {
  const values = Float64Array.from('dataSync' in x ? x.dataSync() : x)
  assertFiniteNumbers(where, name, values)
  return values
}

/** Throws a GenError `non-finite` that names the place of the first NaN or infinity. */
export function assertFiniteNumbers(where: string, name: string, data: Float32Array | Float64Array): void {
  const at = firstNotFinite(data)
  if (at < 0) return
  throw refusal('non-finite', where, {
    expected: `finite numbers in ${name}`,
    got: `${data[at]} at ${at}`,
    remedy: 'mend what made it',
    details: { name, at },
  })
}

function isTensor(x: Vectors): x is Tensor2D {
  return 'dataSync' in x
}

function fromTensor(where: string, name: string, x: Tensor2D): Matrix {
  assertRank(where, name, x, 2, 'flatten each sample to one row')
  return { rows: x.shape[0], columns: x.shape[1], data: Float32Array.from(x.dataSync()) }
}

function assertFiniteRows(where: string, name: string, { columns, data }: Matrix): void {
  const at = firstNotFinite(data)
  if (at < 0) return
  const row = Math.floor(at / columns)
  throw refusal('non-finite', where, {
    expected: `finite numbers in ${name}`,
    got: `${data[at]} in row ${row}, column ${at % columns}`,
    remedy: 'drop that sample or mend what made it',
    details: { name, row, column: at % columns },
  })
}

function firstNotFinite(data: Float32Array | Float64Array): number {
  // x − x is 0 for what is finite and NaN otherwise: one sum finds nothing, the usual case, in a fast loop.
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! - data[i]!
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value))
}
