/** Vectors and matrices that callers give as plain numbers. @module */
import { refusal } from '@gen/backend'

/** One number for each dimension: a plain or typed array. */
export type Vector = ArrayLike<number>

/** Rows of a matrix. */
export type Rows = readonly Vector[]

/** Reads a vector of finite numbers; throws a GenError `shape` for another size, `non-finite`. */
export function readVector(where: string, name: string, values: Vector, size: number = values.length): Float64Array {
  if (values.length !== size || size === 0) {
    const expected = size === 0 ? 'at least one number' : `${size} numbers`
    throw refusal('shape', where, {
      expected: `${name} of ${expected}`,
      got: values.length,
      details: { name, expected: size, got: values.length },
    })
  }
  const read = Float64Array.from(values)
  const strange = read.findIndex((value) => !Number.isFinite(value))
  if (strange < 0) return read
  throw refusal('non-finite', where, {
    expected: `${name} of finite numbers`,
    got: `${read[strange]} at ${strange}`,
    details: { name, index: strange },
  })
}

/** What float32 holds without loss of digits. */
const [smallestFloat, largestFloat] = [2 ** -126, 2 ** 127 * (2 - 2 ** -23)]

/** Throws a GenError `range` for numbers that go to float32 and do not fit. */
export function assertFloats(where: string, name: string, values: Float64Array, smallest = 0): void {
  const wrong = values.findIndex((value) => Math.abs(value) > largestFloat || Math.abs(value) < smallest)
  if (wrong < 0) return
  const range = smallest > 0 ? `from ${smallest.toPrecision(3)} to 3.4e38` : 'within ±3.4e38'
  throw refusal('range', where, {
    expected: `${name} ${range}, as float32 holds`,
    got: `${values[wrong]} at ${wrong}`,
    details: { name, index: wrong, got: values[wrong] },
  })
}

/** Reads a vector that float32 can hold; throws a GenError `shape`, `non-finite` or `range`. */
export function readFloats(where: string, name: string, values: Vector, size: number = values.length): Float64Array {
  const read = readVector(where, name, values, size)
  assertFloats(where, name, read)
  return read
}

/** Reads a vector of numbers above 0 that float32 can hold and divide by; throws a GenError `range` for others. */
export function readDeviations(
  where: string,
  name: string,
  values: Vector,
  size: number = values.length,
): Float64Array {
  const read = readPositive(where, name, values, size)
  assertFloats(where, name, read, smallestFloat)
  return read
}

/** Reads a vector of numbers above 0; throws a GenError `range` for others. */
export function readPositive(where: string, name: string, values: Vector, size: number = values.length): Float64Array {
  const read = readVector(where, name, values, size)
  const wrong = read.findIndex((value) => value <= 0)
  if (wrong < 0) return read
  throw refusal('range', where, {
    expected: `${name} above 0`,
    got: `${read[wrong]} at ${wrong}`,
    details: { name, index: wrong, got: read[wrong] },
  })
}

/** Reads rows of one size that float32 can hold; throws a GenError `shape` or `range` for others. */
export function readRows(where: string, name: string, rows: Rows, size?: number): Float64Array[] {
  if (rows.length === 0) throw refusal('shape', where, { expected: `${name} of at least one row`, got: 'none' })
  const columns = size ?? (rows[0] as Vector).length
  return Array.from(rows, (row, i) => readFloats(where, `${name}[${i}]`, row, columns))
}
