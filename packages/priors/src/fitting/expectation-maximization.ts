/** One step of expectation–maximization for a mixture of normal distributions, in float64. @module */
import { refusal } from '@gen/backend'
import { gram, type Matrix64, rowProducts, standardized } from '@gen/linear-algebra'
import { factorize } from '../distributions/cholesky.ts'

/** The shape of the components' covariances. */
export type Covariance = 'full' | 'diagonal'

/** A component: its share, mean, covariance row by row, and what its density needs. */
export interface Component {
  readonly weight: number
  readonly mean: Float64Array
  /** `size²` numbers, or `size` where it is diagonal. */
  readonly covariance: Float64Array
  /** L⁻¹ row by row, or 1/σ where it is diagonal. */
  readonly whitening: Float64Array
  readonly logDet: number
}

const where = 'priors.fitGaussianMixture'

/**
 * Responsibilities `[components][rows]` under the given mixture, and the mean log-density of the rows under it.
 */
export async function expectation(
  codes: Matrix64,
  components: readonly Component[],
  breathe: () => Promise<void>,
): Promise<{ shares: Float64Array[]; logLikelihood: number }> {
  const { rows } = codes
  const shares: Float64Array[] = []
  for (const component of components) {
    shares.push(logDensities(codes, component))
    await breathe()
  }
  let total = 0
  for (let row = 0; row < rows; row++) {
    let largest = Number.NEGATIVE_INFINITY
    for (const share of shares) largest = Math.max(largest, share[row]!)
    let sum = 0
    for (const share of shares) sum += Math.exp(share[row]! - largest)
    const logDensity = largest + Math.log(sum)
    for (const share of shares) share[row] = Math.exp(share[row]! - logDensity)
    total += logDensity
  }
  return { shares, logLikelihood: total / rows }
}

/**
 * The mixture of largest likelihood for given responsibilities, `floor` added to every variance.
 *
 * Throws a GenError `value` for a component that has lost all its codes, or whose covariance is singular.
 */
export async function maximization(
  codes: Matrix64,
  shares: readonly Float64Array[],
  { covariance, floor }: { covariance: Covariance; floor: number },
  breathe: () => Promise<void>,
): Promise<Component[]> {
  const components: Component[] = []
  for (const [index, share] of shares.entries()) {
    const total = share.reduce((sum, value) => sum + value, 0)
    if (!(total > 1e-10 * codes.rows)) {
      throw refusal('value', where, {
        expected: 'codes in every component',
        got: `none in component ${index}`,
        remedy: 'pass fewer components',
        details: { component: index },
      })
    }
    const weight = total / codes.rows
    const mean = weightedMean(codes, share, total)
    if (covariance === 'diagonal') components.push(diagonal(codes, { share, total, weight, mean }, floor))
    else components.push(full(codes, { share, total, weight, mean }, floor, index))
    await breathe()
  }
  return components
}

/** log (w·N(z; μ, Σ)) of each row. */
function logDensities(codes: Matrix64, { weight, mean, whitening, logDet }: Component): Float64Array {
  const { rows, columns: size } = codes
  const constant = Math.log(weight) - 0.5 * (size * Math.log(2 * Math.PI) + logDet)
  const out = new Float64Array(rows)
  for (let start = 0; start < rows; start += chunkRows) {
    const white = whitened(chunkOf(codes, start), mean, whitening)
    for (let row = 0; row < white.rows; row++) {
      let distance = 0
      for (let at = row * size; at < (row + 1) * size; at++) distance += white.data[at]! * white.data[at]!
      out[start + row] = constant - 0.5 * distance
    }
  }
  return out
}

/** Rows at a time, so that memory does not grow with them. */
const chunkRows = 2048

function chunkOf({ rows, columns, data }: Matrix64, start: number): Matrix64 {
  const end = Math.min(rows, start + chunkRows)
  return { rows: end - start, columns, data: data.subarray(start * columns, end * columns) }
}

/** Rows in which the component is a standard normal distribution. */
function whitened(codes: Matrix64, mean: Float64Array, whitening: Float64Array): Matrix64 {
  const size = codes.columns
  const centered = standardized(codes, mean)
  if (whitening.length > size) return rowProducts(centered, { rows: size, columns: size, data: whitening })
  for (let at = 0; at < centered.data.length; at++) centered.data[at]! *= whitening[at % size]!
  return centered
}

function weightedMean(
  { rows, columns: size, data: values }: Matrix64,
  share: Float64Array,
  total: number,
): Float64Array {
  const mean = new Float64Array(size)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) mean[i]! += (share[row]! * values[row * size + i]!) / total
  }
  return mean
}

/** What a component's covariance is computed from. */
interface Weighted {
  readonly share: Float64Array
  readonly total: number
  readonly weight: number
  readonly mean: Float64Array
}

function diagonal(
  { rows, columns: size, data: values }: Matrix64,
  { share, total, weight, mean }: Weighted,
  floor: number,
): Component {
  const covariance = new Float64Array(size).fill(floor)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) covariance[i]! += (share[row]! * (values[row * size + i]! - mean[i]!) ** 2) / total
  }
  assertAbove0(covariance)
  const logDet = covariance.reduce((sum, value) => sum + Math.log(value), 0)
  return { weight, mean, covariance, whitening: covariance.map((value) => 1 / Math.sqrt(value)), logDet }
}

function full(codes: Matrix64, { share, total, weight, mean }: Weighted, floor: number, index: number): Component {
  const size = codes.columns
  const covariance = new Float64Array(size * size)
  for (let start = 0; start < codes.rows; start += chunkRows) {
    const scatter = gram(spread(chunkOf(codes, start), share.subarray(start), total, mean)).data
    for (let at = 0; at < scatter.length; at++) covariance[at]! += scatter[at]!
  }
  for (let i = 0; i < size; i++) covariance[i * size + i]! += floor
  const matrix = { rows: size, columns: size, data: covariance }
  const { whitening, logDet } = factorize(where, `covariance ${index}`, matrix, 'raise floor or pass fewer components')
  return { weight, mean, covariance, whitening, logDet }
}

/** `√share · (row − mean)` of the rows with a share: far rows' underflow, and most rows are far from most components. */
function spread({ rows, columns, data }: Matrix64, share: Float64Array, total: number, mean: Float64Array): Matrix64 {
  const out = new Float64Array(rows * columns)
  let count = 0
  for (let row = 0; row < rows; row++) {
    const part = share[row]! / total
    if (part === 0) continue
    const root = Math.sqrt(part)
    for (let i = 0; i < columns; i++) out[count * columns + i] = root * (data[row * columns + i]! - mean[i]!)
    count++
  }
  return { rows: count, columns, data: out.subarray(0, count * columns) }
}

function assertAbove0(variances: Float64Array): void {
  if (variances.every((value) => value > 0)) return
  throw refusal('value', where, {
    expected: 'variances above 0',
    got: '0',
    remedy: 'raise floor or pass fewer components',
  })
}
