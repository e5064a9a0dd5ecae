/** Ways between two codes. @module */
import { assertInteger, assertRank, assertShape, refusal } from '@gen/backend'
import { dotProduct } from '@gen/linear-algebra'
import { concat, slice, type Tensor1D, type Tensor2D, tensor2d, tidy, unstack } from '@tensorflow/tfjs-core'
import { assertFunction, assertList, assertNumbers, assertTensor, given } from '../arguments.ts'

/** A way from one code to another: `[steps, size]`, both ends included. */
export type Path = (from: Tensor1D, to: Tensor1D, steps: number) => Tensor2D

type Point = (from: Float64Array, to: Float64Array, t: number) => Float64Array

/**
 * The straight line, `(1 − t)·a + t·b`.
 *
 * @throws GenError `shape` for codes of different sizes; `range` for fewer than 2 steps.
 * @example
 * const images = decoder.decode(lerp(a, b, 8))
 */
export const lerp: Path = (from, to, steps) => pathOf('latentTools.lerp', from, to, steps, line)

/**
 * The great circle, `sin((1 − t)θ)/sin θ · a + sin(tθ)/sin θ · b`, with θ the angle between a and b: as likely codes of a
 * Gaussian as its ends. A line where the angle is 0, and in one dimension, which has no circles.
 *
 * @throws GenError `shape` for codes of different sizes; `range` for fewer than 2 steps; `value` for opposite codes.
 * @see Animating rotation with quaternion curves (Shoemake, 1985) https://doi.org/10.1145/325165.325242
 * @see Sampling generative networks (White, 2016) https://arxiv.org/abs/1609.04468
 * @example
 * const images = decoder.decode(slerp(a, b, 8))
 */
export const slerp: Path = (from, to, steps) =>
  pathOf('latentTools.slerp', from, to, steps, (a, b, t) => {
    if (a.length === 1) return line(a, b, t)
    const cosine = dotProduct(a, b) / Math.sqrt(dotProduct(a, a) * dotProduct(b, b))
    const angle = Math.acos(Math.min(1, Math.max(-1, cosine)))
    if (!(angle > 1e-6)) return line(a, b, t)
    if (Math.PI - angle < 1e-6) {
      throw refusal('value', 'latentTools.slerp', {
        expected: 'codes that are not opposite',
        got: 'an angle of π',
        remedy: 'go through a third code',
      })
    }
    const [left, right] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)]
    return a.map((value, k) => left * value + right * b[k]!)
  })

/**
 * The straight line with its length corrected: the direction of the line, and the length that goes evenly from ‖a‖ to ‖b‖.
 * In one dimension the line itself.
 *
 * @throws GenError `shape` for codes of different sizes; `range` for fewer than 2 steps; `value` for a line through 0.
 * @see Feature-based metrics for exploring the latent space of generative models (Laine, 2018)
 * https://openreview.net/forum?id=BJslDBkwG
 * @example
 * const images = decoder.decode(normCorrected(a, b, 8))
 */
export const normCorrected: Path = (from, to, steps) =>
  pathOf('latentTools.normCorrected', from, to, steps, (a, b, t) => {
    const point = line(a, b, t)
    if (a.length === 1) return point
    const wanted = (1 - t) * Math.sqrt(dotProduct(a, a)) + t * Math.sqrt(dotProduct(b, b))
    const length = Math.sqrt(dotProduct(point, point))
    if (!(length > 1e-9 * wanted)) {
      throw refusal('value', 'latentTools.normCorrected', {
        expected: 'a line that does not pass 0',
        got: 'opposite codes',
        remedy: 'use lerp',
      })
    }
    return point.map((value) => (value * wanted) / length)
  })

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** Codes from each point to the next, both included. @default 8 */
  steps?: number
  /** @default slerp */
  path?: Path
  /** Goes back to the first point at the end: an animation then loops. @default false */
  closed?: boolean
}

/**
 * A walk through several codes `[points, size]`; each is visited once.
 *
 * @returns `[(points − 1)·(steps − 1) + 1, size]`, or `[points·(steps − 1), size]` if closed.
 * @throws GenError `shape` for fewer than two points; and what the path throws.
 * @example
 * const gif = await animation(model, interpolate(normal(key(0), [4, 64]), { steps: 10, closed: true }))
 */
export function interpolate(points: Tensor2D, options: InterpolateOptions = {}): Tensor2D {
  const where = 'latentTools.interpolate'
  const { steps = 8, path = slerp, closed = false } = given(where, options)
  assertTensor(where, 'points', points)
  assertFunction(where, 'path', path)
  if (points.rank !== 2 || points.shape[0] < 2) {
    throw refusal('shape', where, { expected: 'at least two points [points, size]', got: `[${points.shape}]` })
  }
  assertInteger(where, 'steps', steps, { min: 2 })
  return tidy(() => {
    const stops = unstack(points) as Tensor1D[]
    if (closed) stops.push(stops[0]!)
    const legs = stops.slice(1).map((stop, i) => followed(where, path, stops[i]!, stop, steps))
    const parts = legs.map((leg, i) => (i === legs.length - 1 && !closed ? leg : slice(leg, [0, 0], [steps - 1, -1])))
    return concat(parts)
  })
}

/** Options of {@link latentGrid}. */
export interface LatentGridOptions {
  /** @default 8 */
  rows?: number
  /** @default 8 */
  columns?: number
  /** @default slerp */
  path?: Path
}

/**
 * A grid between four codes: `corners` are top left, top right, bottom left, bottom right.
 *
 * @returns `[rows·columns, size]`, row by row: `picture(model, codes, { columns })` shows it.
 * @throws GenError `shape` for other corners; and what the path throws.
 * @example
 * const codes = latentGrid(normal(key(0), [4, 64]), { rows: 6, columns: 6 })
 */
export function latentGrid(corners: Tensor2D, options: LatentGridOptions = {}): Tensor2D {
  const where = 'latentTools.latentGrid'
  const { rows = 8, columns = 8, path = slerp } = given(where, options)
  assertTensor(where, 'corners', corners)
  assertShape(where, 'corners', corners, [4, null], 'pass four codes')
  assertFunction(where, 'path', path)
  assertInteger(where, 'rows', rows, { min: 2 })
  assertInteger(where, 'columns', columns, { min: 2 })
  return tidy(() => {
    const [topLeft, topRight, bottomLeft, bottomRight] = unstack(corners) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D]
    const left = unstack(followed(where, path, topLeft, bottomLeft, rows)) as Tensor1D[]
    const right = unstack(followed(where, path, topRight, bottomRight, rows)) as Tensor1D[]
    return concat(left.map((start, i) => followed(where, path, start, right[i]!, columns)))
  })
}

/** Options of {@link traversal}. */
export interface TraversalOptions {
  /** Dimensions to vary. @default all */
  dimensions?: readonly number[]
  /** Values that each takes. @default −3, −2, …, 3 */
  values?: readonly number[]
}

/**
 * Varies one dimension of a code after the other, all others held: `[dimensions · values, size]`, one dimension a row of
 * `picture(model, codes, { columns: values.length })`.
 *
 * @throws GenError `range` for dimensions that the code does not have.
 * @example
 * const codes = traversal(code, { dimensions: [0, 1, 2] })
 */
export function traversal(code: Tensor1D, options: TraversalOptions = {}): Tensor2D {
  const where = 'latentTools.traversal'
  const { dimensions, values = [-3, -2, -1, 0, 1, 2, 3] } = given(where, options)
  assertTensor(where, 'code', code)
  assertRank(where, 'code', code, 1, 'pass one code')
  assertNumbers(where, 'values', values)
  if (dimensions !== undefined) assertList(where, 'dimensions', dimensions)
  const size = code.shape[0]
  const varied = dimensions ?? Array.from({ length: size }, (_, i) => i)
  for (const at of varied) assertInteger(where, 'dimensions', at, { min: 0, max: size - 1 })
  const start = code.dataSync()
  const rows = varied.flatMap((dimension) =>
    values.map((value) => Float32Array.from(start).fill(value, dimension, dimension + 1)),
  )
  return stacked(rows, size)
}

/**
 * A path's codes, checked.
 *
 * @throws GenError `value` or `shape` for a path that gives no `[steps, size]`.
 */
export function followed(where: string, path: Path, from: Tensor1D, to: Tensor1D, steps: number): Tensor2D {
  const way = path(from, to, steps)
  assertTensor(where, 'path(from, to, steps)', way)
  assertShape(where, 'path(from, to, steps)', way, [steps, from.shape[0]], 'both ends are part of it')
  return way
}

function line(a: Float64Array, b: Float64Array, t: number): Float64Array {
  return a.map((value, k) => (1 - t) * value + t * b[k]!)
}

function pathOf(where: string, from: Tensor1D, to: Tensor1D, steps: number, point: Point): Tensor2D {
  assertTensor(where, 'from', from)
  assertTensor(where, 'to', to)
  assertRank(where, 'from', from, 1, 'pass one code')
  assertShape(where, 'to', to, from.shape, 'both codes must be of one space')
  assertInteger(where, 'steps', steps, { min: 2 })
  const [a, b] = [Float64Array.from(from.dataSync()), Float64Array.from(to.dataSync())]
  const rows = Array.from({ length: steps }, (_, i) => Float32Array.from(point(a, b, i / (steps - 1))))
  return stacked(rows, a.length)
}

function stacked(rows: readonly Float32Array[], size: number): Tensor2D {
  const out = new Float32Array(rows.length * size)
  rows.forEach((row, i) => {
    out.set(row, i * size)
  })
  return tensor2d(out, [rows.length, size])
}
