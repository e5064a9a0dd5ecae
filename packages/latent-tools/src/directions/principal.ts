/** Directions without labels: where codes, activations or weights vary most. @module */
import { assertInteger, refusal } from '@gen/backend'
import {
  centered,
  columnDeviations,
  columnMeans,
  crossProduct,
  dotProduct,
  gram,
  type Matrix64,
  product,
  rankTolerance,
  rightSvd,
  rowOf,
  standardized,
  symmetricEigen,
  takeRows,
  transposed,
} from '@gen/linear-algebra'
import { assertNumbers, given } from '../arguments.ts'
import { type Codes, readCodes, readPair } from '../codes.ts'
import type { Direction } from './attribute-direction.ts'

/** Directions from the most to the least important. */
export interface PrincipalDirections {
  /** One unit direction per row. */
  readonly components: Matrix64
  /** Mean that was taken off. */
  readonly mean: Float64Array
  /** Standard deviation along each. */
  readonly deviations: Float64Array
  /** Share of the variance along each. */
  readonly explained: Float64Array
}

/** How many directions. */
export interface CountOptions {
  /** @default as many as there are */
  count?: number
}

/**
 * Principal components of codes `[n, size]`, or of a layer's activations (GANSpace); the largest number of a component is
 * positive.
 *
 * @throws GenError `shape` for fewer than two rows; `range` for more components than there are; `value` for codes that are
 * all the same.
 * @see GANSpace: discovering interpretable GAN controls (Härkönen et al., 2020) https://arxiv.org/abs/2004.02546
 * @example
 * const pca = principalDirections(codes, { count: 8 })
 * const moved = moveBy(z, directionFrom(pca.components, 0), 2 * pca.deviations[0]!)
 */
export function principalDirections(codes: Codes, options: CountOptions = {}): PrincipalDirections {
  return principalOf('latentTools.principalDirections', 'codes', codes, options)
}

function principalOf(where: string, name: string, codes: Codes, options: CountOptions): PrincipalDirections {
  const { count } = given(where, options)
  const x = readCodes(where, name, codes)
  if (x.rows < 2) throw refusal('shape', where, { expected: 'at least 2 codes', got: x.rows })
  const most = Math.min(x.rows, x.columns)
  const wanted = count ?? most
  assertInteger(where, 'count', wanted, { min: 1, max: most })
  const mean = columnMeans(x)
  if (!columnDeviations(x, mean).some((deviation) => deviation > 0)) {
    throw refusal('value', where, { expected: `${name} that differ`, got: `${x.rows} times the same` })
  }
  const { values, v } = rightSvd(standardized(x, mean))
  const total = values.reduce((sum, value) => sum + value * value, 0)
  const components = takeRows(transposed(v), firsts(wanted))
  fixSigns(components)
  return {
    components,
    mean,
    deviations: values.slice(0, wanted).map((value) => value / Math.sqrt(x.rows - 1)),
    explained: values.slice(0, wanted).map((value) => (value * value) / total),
  }
}

/**
 * Latent directions that move activations along their principal components: components of `activations [n, m]`, carried
 * back to `codes [n, size]` by least squares, as GANSpace does.
 *
 * @returns One unit direction per row, `[count, size]`.
 * @throws GenError `shape` when the rows do not belong together; `range`; `value` for activations that vary in fewer
 * directions, and codes that do not vary with them.
 * @see GANSpace: discovering interpretable GAN controls (Härkönen et al., 2020) https://arxiv.org/abs/2004.02546
 * @example
 * const directions = activationDirections(z, layer.apply(z), { count: 8 })
 */
export function activationDirections(codes: Codes, activations: Codes, options: CountOptions = {}): Matrix64 {
  const where = 'latentTools.activationDirections'
  const { count = 8 } = given(where, options)
  const [z, h] = readPair(where, codes, activations, ['codes', 'activations'])
  const { components, mean, deviations } = principalOf(where, 'activations', h, { count })
  const varying = deviations.filter((deviation) => deviation > rankTolerance * deviations[0]!).length
  if (varying < count) {
    throw refusal('value', where, {
      expected: `activations that vary in ${count} directions`,
      got: varying,
      remedy: `pass count: ${varying}`,
    })
  }
  const along = product(standardized(h, mean), transposed(components))
  // z ≈ along·U by least squares. The coordinates along components are uncorrelated, so row k of U is (alongᵀz)ₖ / ‖alongₖ‖².
  return unitRows(where, crossProduct(along, centered(z)))
}

/**
 * The directions that change the output of a model's first layer most: eigenvectors of A·Aᵀ for its weights
 * `A [size, outputs]`. Needs no samples.
 *
 * @returns One unit direction per row, from the strongest.
 * @throws GenError `range` for more directions than the code has numbers; `value` for weights that are all 0.
 * @see Closed-form factorization of latent semantics in GANs (Shen & Zhou, 2021) https://arxiv.org/abs/2007.06600
 * @example
 * const directions = sefa(dense.kernel.read(), { count: 6 })
 */
export function sefa(weights: Codes, options: CountOptions = {}): Matrix64 {
  const where = 'latentTools.sefa'
  const { count } = given(where, options)
  const a = readCodes(where, 'weights', weights)
  if (a.data.every((value) => value === 0)) {
    throw refusal('value', where, {
      expected: 'weights of a layer',
      got: 'zeros only',
      remedy: 'a trained layer has others',
    })
  }
  const wanted = count ?? a.rows
  assertInteger(where, 'count', wanted, { min: 1, max: a.rows })
  const { vectors } = symmetricEigen(gram(transposed(a)))
  const out = takeRows(transposed(vectors), firsts(wanted))
  fixSigns(out)
  return out
}

/** Options of {@link sparseDirections}. */
export interface SparseDirectionsOptions extends CountOptions {
  /** Latent dimensions that each direction may use. */
  nonzero: number
}

/**
 * Directions of large variance that use only a few latent dimensions each, by truncated power iteration with deflation.
 *
 * @returns One unit direction per row, `[count, size]`.
 * @throws GenError `range` for more dimensions than there are; `value` for codes that vary in fewer directions.
 * @see Truncated power method for sparse eigenvalue problems (Yuan & Zhang, 2013)
 * https://jmlr.org/papers/v14/yuan13a.html
 * @example
 * const directions = sparseDirections(codes, { nonzero: 3, count: 5 })
 */
export function sparseDirections(codes: Codes, options: SparseDirectionsOptions): Matrix64 {
  const where = 'latentTools.sparseDirections'
  const { nonzero, count = 8 } = given(where, options)
  const x = readCodes(where, 'codes', codes)
  assertInteger(where, 'nonzero', nonzero, { min: 1, max: x.columns })
  assertInteger(where, 'count', count, { min: 1, max: x.columns })
  const covariance = gram(centered(x))
  const whole = traceOf(covariance)
  const rows: Float64Array[] = []
  for (let i = 0; i < count; i++) {
    if (!(traceOf(covariance) > rankTolerance ** 2 * whole)) {
      throw refusal('value', where, {
        expected: `codes that vary in ${count} directions`,
        got: i,
        remedy: `pass ${i > 0 ? `count: ${i}` : 'codes that differ'}`,
      })
    }
    const direction = truncatedPower(covariance, nonzero)
    rows.push(direction)
    deflate(covariance, direction)
  }
  const out = readCodes(
    where,
    'directions',
    rows.map((row) => [...row]),
  )
  fixSigns(out)
  return out
}

/**
 * One row of a set of directions, as a {@link Direction} through 0 (or through a mean).
 *
 * @throws GenError `range` for a row that does not exist.
 * @example
 * const strongest = directionFrom(sefa(weights), 0)
 */
export function directionFrom(components: Matrix64, row: number, mean?: Float64Array): Direction {
  const where = 'latentTools.directionFrom'
  const rows = readCodes(where, 'components', components)
  assertInteger(where, 'row', row, { min: 0, max: rows.rows - 1 })
  if (mean !== undefined) assertNumbers(where, 'mean', mean)
  const normal = Float64Array.from(rowOf(rows, row))
  return { normal, offset: mean ? -dotProduct(normal, mean) : 0 }
}

/** Power iteration that keeps the largest numbers only, from the dimension with the largest variance and shrinking. */
function truncatedPower(covariance: Matrix64, nonzero: number): Float64Array {
  const size = covariance.rows
  let vector = Float64Array.from(symmetricEigen(covariance).vectors.data.filter((_, at) => at % size === 0))
  for (let iteration = 0; iteration < 500; iteration++) {
    const image = product(covariance, { rows: size, columns: 1, data: vector }).data
    const kept = [...image.keys()].sort((i, j) => Math.abs(image[j]!) - Math.abs(image[i]!)).slice(0, nonzero)
    const next = new Float64Array(size)
    for (const k of kept) next[k] = image[k]!
    const length = Math.sqrt(dotProduct(next, next))
    if (length === 0) return next.fill(1, 0, 1)
    const moved = next.reduce((most, value, k) => Math.max(most, Math.abs(value / length - vector[k]!)), 0)
    vector = next.map((value) => value / length)
    if (moved < 1e-12) break
  }
  return vector
}

/** Takes a direction out of a covariance, from both sides. */
function deflate(covariance: Matrix64, direction: Float64Array): void {
  const size = covariance.rows
  const image = product(covariance, { rows: size, columns: 1, data: direction }).data
  const along = dotProduct(image, direction)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      covariance.data[i * size + j]! +=
        along * direction[i]! * direction[j]! - image[i]! * direction[j]! - direction[i]! * image[j]!
    }
  }
}

function traceOf({ rows, data }: Matrix64): number {
  let trace = 0
  for (let i = 0; i < rows; i++) trace += data[i * (rows + 1)]!
  return trace
}

function unitRows(where: string, x: Matrix64): Matrix64 {
  const out = { ...x, data: x.data.slice() }
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(out, i)
    const length = Math.sqrt(dotProduct(row, row))
    if (!(length > 0)) {
      throw refusal('value', where, {
        expected: 'codes that vary with the activations',
        got: `none along component ${i}`,
      })
    }
    for (let k = 0; k < row.length; k++) row[k]! /= length
  }
  return out
}

function fixSigns(components: Matrix64): void {
  for (let i = 0; i < components.rows; i++) {
    const row = rowOf(components, i)
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) * (1 + 1e-9) ? value : best), 0)
    if (largest < 0) for (let k = 0; k < row.length; k++) row[k] = -row[k]!
  }
}

function firsts(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
