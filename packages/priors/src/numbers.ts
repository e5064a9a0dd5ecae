/** Vectors and matrices that callers give as plain numbers. @module */
import { GenError } from '@gen/backend'

/** One number for each dimension: a plain or typed array. */
export type Vector = ArrayLike<number>

/** Rows of a matrix. */
export type Rows = readonly Vector[]

/** Reads a vector of finite numbers; throws a GenError `shape` for another size, `non-finite`. */
export function readVector(where: string, name: string, values: Vector, size: number = values.length): Float64Array {
  if (values.length !== size || size === 0) {
    const expected = size === 0 ? 'at least one number' : `${size} numbers`
    throw new GenError('shape', `${where}: expected ${name} of ${expected}, got ${values.length}`, {
      details: { name, expected: size, got: values.length },
    })
  }
  const read = Float64Array.from(values)
  const strange = read.findIndex((value) => !Number.isFinite(value))
  if (strange < 0) return read
  throw new GenError('non-finite', `${where}: expected ${name} of finite numbers, got ${read[strange]} at ${strange}`, {
    details: { name, index: strange },
  })
}

/** Reads a vector of numbers above 0; throws a GenError `range` for others. */
export function readPositive(where: string, name: string, values: Vector, size: number = values.length): Float64Array {
  const read = readVector(where, name, values, size)
  const wrong = read.findIndex((value) => value <= 0)
  if (wrong < 0) return read
  throw new GenError('range', `${where}: expected ${name} above 0, got ${read[wrong]} at ${wrong}`, {
    details: { name, index: wrong, got: read[wrong] },
  })
}

/** Reads rows of one size; throws a GenError `shape` for others. */
export function readRows(where: string, name: string, rows: Rows, size?: number): Float64Array[] {
  if (rows.length === 0) throw new GenError('shape', `${where}: expected ${name} of at least one row, got none`)
  const columns = size ?? (rows[0] as Vector).length
  return Array.from(rows, (row, i) => readVector(where, `${name}[${i}]`, row, columns))
}
