/** Checks that layers share. @module */
import { refusal } from '@gen/backend'
import type { Shape } from '../define-layer.ts'

/** Refuses a shape that has not one of the given ranks. */
export function expectRank(where: string, name: string, shape: Shape | undefined, ranks: readonly number[]): Shape {
  if (shape !== undefined && ranks.includes(shape.length)) return shape
  throw refusal('shape', where, {
    expected: `${name} of rank ${ranks.join(' or ')}`,
    got: `[${shape?.join(', ') ?? ''}]`,
    remedy: `pass ${ranks.map((rank) => example[rank] ?? `rank ${rank}`).join(' or ')}`,
    details: { shape, ranks },
  })
}

/** The number of channels, which weights depend on and which must be known. */
export function channelsOf(where: string, shape: Shape): number {
  const channels = shape[shape.length - 1]
  if (channels != null) return channels
  throw refusal('shape', where, {
    expected: 'x with a known number of channels',
    got: `[${shape.join(', ')}]`,
    details: { shape },
  })
}

/** Refuses channels (or heads, or groups) that do not divide. */
export function expectDivisible(where: string, name: string, value: number, by: number, remedy: string): void {
  if (value % by === 0) return
  throw refusal('shape', where, {
    expected: `${name} divisible by ${by}`,
    got: value,
    remedy,
    details: { [name]: value, by },
  })
}

/** Refuses a value that is none of the allowed ones. */
export function expectOneOf<T extends string>(where: string, name: string, value: T, allowed: readonly T[]): void {
  if (allowed.includes(value)) return
  throw refusal('config', where, {
    expected: `${name} one of ${allowed.join(', ')}`,
    got: JSON.stringify(value),
    details: { [name]: value, allowed },
  })
}

/** The greatest common divisor: groups for any number of channels. */
export function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

const example: Record<number, string> = {
  2: '[batch, size]',
  3: '[batch, positions, channels]',
  4: '[batch, height, width, channels]',
}
