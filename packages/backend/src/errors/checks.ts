/** Argument checks: each throws a {@link GenError} that names the function, the argument, what was expected and got. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import { refusal } from './refusal.ts'

/** Bounds of {@link assertInteger}; both ends belong to the range. */
export interface IntegerBounds {
  /** Smallest allowed value. @default -Infinity */
  min?: number
  /** Largest allowed value. @default Infinity */
  max?: number
}

/** Bounds of {@link assertNumber}. */
export interface NumberBounds extends IntegerBounds {
  /** The value must be larger than this. */
  exclusiveMin?: number
  /** The value must be smaller than this. */
  exclusiveMax?: number
}

/**
 * Checks a tensor's shape; `null` stands for any size.
 *
 * @param where - The function that checks, as `package.function`.
 * @param name - The argument's name.
 * @param remedy - What the caller can do; ends the message.
 * @throws GenError `shape`.
 * @example
 * assertShape('flows.affine', 'x', zeros([64, 2]), [null, 2], 'pass features: 3')
 */
export function assertShape(
  where: string,
  name: string,
  tensor: Tensor,
  shape: readonly (number | null)[],
  remedy?: string,
): void {
  const same = tensor.shape.length === shape.length && shape.every((n, i) => n === null || n === tensor.shape[i])
  if (same) return
  const expected = shape.map((n) => n ?? 'any').join(', ')
  throw refusal('shape', where, {
    expected: `${name} of shape [${expected}]`,
    got: `[${tensor.shape.join(', ')}]`,
    remedy,
    details: { name, expected: shape, got: tensor.shape },
  })
}

/**
 * Checks a tensor's number of dimensions.
 *
 * @throws GenError `shape`.
 * @example
 * assertRank('nn.groupNorm', 'x', zeros([1, 8, 8, 4]), 4)
 */
export function assertRank(where: string, name: string, tensor: Tensor, rank: number, remedy?: string): void {
  if (tensor.shape.length === rank) return
  const got = `rank ${tensor.shape.length}, shape [${tensor.shape.join(', ')}]`
  const details = { name, expected: rank, got: tensor.shape }
  throw refusal('shape', where, { expected: `${name} of rank ${rank}`, got, remedy, details })
}

/**
 * Checks that a value is an integer that a float64 holds exactly, within bounds.
 *
 * @throws GenError `value` for what is not such an integer, `range` for one out of bounds.
 * @example
 * assertInteger('nn.groupNorm', 'groups', groups, { min: 1 })
 */
export function assertInteger(
  where: string,
  name: string,
  value: number,
  { min = -Infinity, max = Infinity }: IntegerBounds = {},
): void {
  const code = Number.isSafeInteger(value) ? 'range' : 'value'
  if (code === 'range' && value >= min && value <= max) return
  const expected = `${name} an integer${bounds({ min, max })}`
  throw refusal(code, where, { expected, got: show(value), details: { name, min, max, got: value } })
}

/**
 * Checks that a value is a number (not NaN) within bounds.
 *
 * @throws GenError `value` for what is not a number, `range` for one out of bounds.
 * @example
 * assertNumber('train.ema', 'decay', decay, { min: 0, exclusiveMax: 1 })
 */
export function assertNumber(
  where: string,
  name: string,
  value: number,
  { min = -Infinity, max = Infinity, exclusiveMin, exclusiveMax }: NumberBounds = {},
): void {
  const code = typeof value === 'number' && !Number.isNaN(value) ? 'range' : 'value'
  const above = exclusiveMin === undefined || value > exclusiveMin
  const below = exclusiveMax === undefined || value < exclusiveMax
  if (code === 'range' && value >= min && value <= max && above && below) return
  const limits = bounds({
    min,
    max,
    ...(exclusiveMin !== undefined && { exclusiveMin }),
    ...(exclusiveMax !== undefined && { exclusiveMax }),
  })
  throw refusal(code, where, { expected: `${name} a number${limits}`, got: show(value), details: { name, got: value } })
}

/**
 * Checks that a value is a finite number.
 *
 * @throws GenError `value` for what is not a number, `non-finite` for NaN and the infinities.
 * @example
 * assertFinite('train.fit', 'loss', loss)
 */
export function assertFinite(where: string, name: string, value: number): void {
  if (Number.isFinite(value)) return
  const code = typeof value === 'number' ? 'non-finite' : 'value'
  throw refusal(code, where, { expected: `${name} a finite number`, got: show(value), details: { name, got: value } })
}

function bounds({ min = -Infinity, max = Infinity, exclusiveMin, exclusiveMax }: NumberBounds): string {
  const parts = [
    ...(min > -Infinity ? [`≥ ${min}`] : []),
    ...(exclusiveMin === undefined ? [] : [`> ${exclusiveMin}`]),
    ...(max < Infinity ? [`≤ ${max}`] : []),
    ...(exclusiveMax === undefined ? [] : [`< ${exclusiveMax}`]),
  ]
  return parts.length > 0 ? ` ${parts.join(' and ')}` : ''
}

function show(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value)
  return `${typeof value} ${JSON.stringify(value)}`
}
