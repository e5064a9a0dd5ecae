import { refusal } from '../errors/refusal.ts'

/**
 * Names a stream of random numbers: two unsigned 32-bit integers, the two key words `[hi, lo]` of Philox 4x32-10.
 * Plain data: it survives JSON and `structuredClone`.
 */
export interface Key {
  readonly hi: number
  readonly lo: number
}

/**
 * Checks that a value is a key: two unsigned 32-bit integers `hi` and `lo`. A number is none, for JavaScript would take
 * its missing words for zeros, and every seed would give the same numbers.
 *
 * Every draw of this package checks; who keeps a key for later asks at the door, before any work.
 *
 * @param where - The function that checks, as `package.function`.
 * @param name - The argument's name.
 * @throws GenError `value`, whose remedy is `pass key(3)`.
 * @example
 * assertKey('demo.shuffle', 'key', key(3))
 */
export function assertKey(where: string, name: string, value: unknown): asserts value is Key {
  if (isKey(value)) return
  const number = typeof value === 'bigint' ? Number(value) : value
  const seed = typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : 0
  throw refusal('value', where, {
    expected: `${name} a key`,
    got: show(value),
    remedy: `pass key(${seed})`,
    details: { name },
  })
}

function isKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('hi' in value && 'lo' in value)) return false
  return isWord(value.hi) && isWord(value.lo)
}

function isWord(value: unknown): boolean {
  return typeof value === 'number' && value >>> 0 === value
}

function show(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'number') return `the number ${value}`
  return typeof value === 'bigint' ? `the bigint ${value}n` : `${typeof value} ${json(value)}`.trim()
}

/** Nothing for what JSON has no text for: a function, words that are bigints, an object that holds itself. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
