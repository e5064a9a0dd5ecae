/** Keyed permutations. @module */
import { assertInteger } from '../errors/checks.ts'
import { assertKey } from './assert-key.ts'
import { type Key, tags } from './key.ts'
import { mulHigh } from './mul-high.ts'
import { philox } from './philox.ts'

const rounds = 8
const words = new Uint32Array(4)

/**
 * Draws a random order of 0…n−1 (Fisher–Yates), in O(n) time and memory.
 *
 * @throws GenError `value` for what is no key, `value` or `range` unless n is a whole number from 0 to 2³¹ − 1.
 * @example
 * const order = permutation(key(0), 60000)
 */
export function permutation(k: Key, n: number): Int32Array {
  assertKey('backend.permutation', 'k', k)
  assertInteger('backend.permutation', 'n', n, { min: 0, max: 2 ** 31 - 1 })
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    if ((i & 3) === 3 || i === n - 1) philox(i >>> 2, 0, 0, tags.permute, k.hi, k.lo, words)
    const j = mulHigh(words[i & 3]!, i + 1)
    const moved = order[i]!
    order[i] = order[j]!
    order[j] = moved
  }
  return order
}

/**
 * The i-th element of a keyed permutation of 0…n−1, in O(1) time and memory; another order than {@link permutation}'s.
 *
 * The index is split into a digit to base a and one to base b (a = ⌈√n⌉, a·b ≥ n); in each of eight rounds one digit
 * grows by a Philox hash of the other, modulo its base. That permutes 0…a·b−1; a value ≥ n is sent through again.
 *
 * @throws GenError `value` for what is no key, `value` or `range` unless n is from 1 to 2³¹ − 1 and i from 0 to n − 1.
 * @see Ciphers with arbitrary finite domains (Black & Rogaway, 2002) https://doi.org/10.1007/3-540-45760-7_9
 * @example
 * const third = permute(key(0), 60000, 2)
 */
export function permute(k: Key, n: number, i: number): number {
  assertKey('backend.permute', 'k', k)
  assertInteger('backend.permute', 'n', n, { min: 1, max: 2 ** 31 - 1 })
  assertInteger('backend.permute', 'i', i, { min: 0, max: n - 1 })
  const a = Math.ceil(Math.sqrt(n))
  const b = Math.ceil(n / a)
  let value = i
  do value = network(k, a, b, value)
  while (value >= n)
  return value
}

function network(k: Key, a: number, b: number, value: number): number {
  let left = value % a
  let right = (value - left) / a
  for (let round = 0; round < rounds; round += 2) {
    left = (left + mulHigh(hash(k, round, right), a)) % a
    right = (right + mulHigh(hash(k, round + 1, left), b)) % b
  }
  return right * a + left
}

/** High counter word 1: apart from the blocks of {@link permutation}, which has 0 there. */
function hash(k: Key, round: number, digit: number): number {
  philox(round, digit, 1, tags.permute, k.hi, k.lo, words)
  return words[0]!
}
