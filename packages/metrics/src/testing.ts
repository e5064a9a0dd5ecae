/** Inputs and reference values of the tests; not part of the package. @module */
import { readFileSync } from 'node:fs'
import type { Matrix } from '@gen/linear-algebra'
import { uniform } from '../../linear-algebra/src/testing.ts'

export { uniform } from '../../linear-algebra/src/testing.ts'

/** Options of {@link vectors}. */
interface VectorOptions {
  spread?: number
  shift?: number
}

/** Correlated, roughly normal features; bit for bit those of `inputs.py`. */
export function vectors(
  seed: number,
  rows: number,
  columns: number,
  { spread = 1, shift = 0 }: VectorOptions = {},
): Matrix {
  const u = uniform(seed, rows * columns * 4)
  const e = Float64Array.from({ length: rows * columns }, (_, at) => {
    return u[4 * at]! + u[4 * at + 1]! + u[4 * at + 2]! + u[4 * at + 3]! - 2
  })
  const data = Float64Array.from({ length: rows * columns }, (_, at) => {
    const column = at % columns
    const next = at - column + ((column + 1) % columns)
    return (e[at]! * ((column + 1) / columns) + e[next]! * 0.5) * spread + shift
  })
  return { rows, columns, data }
}

/** Images NHWC in [0, 1], as float32; bit for bit those of `inputs.py`. */
export function imageValues(
  seed: number,
  shape: readonly [number, number, number, number],
  noise: number,
): Float32Array {
  const [, height, width, channels] = shape
  const u = uniform(
    seed,
    shape.reduce((size, n) => size * n, 1),
  )
  return Float32Array.from(u, (value, at) => {
    const c = at % channels
    const x = Math.floor(at / channels) % width
    const y = Math.floor(at / channels / width) % height
    const b = Math.floor(at / channels / width / height)
    return ((((y + 3 * b) * (x + 5 * c)) % 64) / 64) * (1 - noise) + value * noise
  })
}

/**
 * Samples around cluster centers: `perCluster` each, normal-like with the given deviation; clusters follow each other.
 */
export function clusters(
  seed: number,
  centers: readonly (readonly number[])[],
  perCluster: number,
  deviation: number,
): Matrix {
  const columns = centers[0]!.length
  const u = uniform(seed, centers.length * perCluster * columns * 4)
  const data = Float64Array.from({ length: centers.length * perCluster * columns }, (_, at) => {
    const center = centers[Math.floor(at / columns / perCluster)]![at % columns]!
    const bell = u[4 * at]! + u[4 * at + 1]! + u[4 * at + 2]! + u[4 * at + 3]! - 2
    return center + bell * Math.sqrt(3) * deviation
  })
  return { rows: centers.length * perCluster, columns, data }
}

/** Some rows of a matrix, as one of its own. */
export function rowsOf({ columns, data }: Matrix, start: number, end: number): Matrix {
  return { rows: end - start, columns, data: data.slice(start * columns, end * columns) }
}

/** A file of `fixtures/metrics`. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/metrics/${name}.json`, import.meta.url), 'utf8')) as T
}

/** The rows of these numbers, as a matrix of its own. */
export function chosen({ columns, data }: Matrix, rows: ArrayLike<number>): Matrix {
  const values = Float64Array.from({ length: rows.length * columns }, (_, at) => {
    return data[rows[Math.floor(at / columns)]! * columns + (at % columns)]!
  })
  return { rows: rows.length, columns, data: values }
}
