/** Checks of what callers give: wrong things end in a `GenError`, never in a TypeError. @module */
import { assertFinite, GenError } from '@gen/backend'
import { Tensor } from '@tensorflow/tfjs-core'

/**
 * Options as they were given; none where the caller gave none.
 *
 * @throws GenError `value` for what is no object.
 */
export function given<T extends object>(where: string, options: T | undefined, name = 'options'): T {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options
  throw new GenError('value', `${where}: expected ${name} in an object, got ${shown(options)}`)
}

/**
 * Checks that a value is one of the names of a table.
 *
 * @throws GenError `value`, with the names.
 */
export function assertOneOf<T extends string>(
  where: string,
  name: string,
  value: T,
  names: readonly T[] | Readonly<Record<T, unknown>>,
): void {
  const known: readonly string[] = Array.isArray(names) ? names : Object.keys(names)
  if (known.includes(value)) return
  throw new GenError('value', `${where}: expected ${name} one of ${known.join(', ')}, got ${shown(value)}`)
}

/**
 * Checks that a value is a function.
 *
 * @throws GenError `value`.
 */
export function assertFunction(where: string, name: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new GenError('value', `${where}: expected ${name} to be a function, got ${shown(value)}`)
}

/**
 * Checks that a value is a tensor that has not been disposed.
 *
 * @throws GenError `value`.
 */
export function assertTensor(where: string, name: string, value: unknown): void {
  if (value instanceof Tensor && !value.isDisposed) return
  const got = value instanceof Tensor ? 'one that is disposed' : shown(value)
  throw new GenError('value', `${where}: expected ${name} to be a tensor, got ${got}`)
}

/** A value in an error, short. */
export function shown(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`
  if (typeof value === 'function') return 'a function'
  if (value instanceof Tensor) return `a tensor [${value.shape}]`
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' ? 'an object' : String(value)
}

/**
 * Checks that a value is a list.
 *
 * @throws GenError `value`.
 */
export function assertList(where: string, name: string, value: ArrayLike<unknown>): void {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return
  throw new GenError('value', `${where}: expected ${name} in a list, got ${shown(value)}`)
}

/**
 * Checks that a value is a list of finite numbers.
 *
 * @throws GenError `value` for no list; `non-finite` with the place.
 */
export function assertNumbers(where: string, name: string, value: ArrayLike<number>): void {
  assertList(where, name, value)
  for (let i = 0; i < value.length; i++) {
    if (Number.isFinite(value[i])) continue
    throw new GenError(
      'non-finite',
      `${where}: expected finite numbers in ${name}, got ${shown(value[i])} at ${i}; drop that sample or mend what made it`,
    )
  }
}

/**
 * Checks that a direction is one: a normal of finite numbers that are not all 0, and a finite offset.
 *
 * @throws GenError `value` or `non-finite`.
 */
export function assertDirection(where: string, name: string, value: { normal: Float64Array; offset?: number }): void {
  const { normal, offset = 0 } = given(where, value, `${name}, { normal, offset },`)
  assertNumbers(where, `the normal of ${name}`, normal)
  assertFinite(where, `the offset of ${name}`, offset)
  for (let k = 0; k < normal.length; k++) if (normal[k] !== 0) return
  throw new GenError('value', `${where}: expected ${name} with a normal that points somewhere, got zeros`)
}
