/** Keys: immutable names of streams of random numbers. @module */
import { assertInteger } from '../errors/checks.ts'
import { assertKey, type Key } from './assert-key.ts'
import { philox } from './philox.ts'

export type { Key } from './assert-key.ts'

/** The last counter word, which keeps the uses of one key apart. */
export const tags: { readonly draw: 0; readonly split: 1; readonly fold: 2; readonly permute: 3 } = {
  draw: 0,
  split: 1,
  fold: 2,
  permute: 3,
}

/**
 * Makes a key from a seed: an integer from 0 to 2⁵³ − 1, whose high and low 32 bits become `hi` and `lo`.
 *
 * @throws GenError `value` or `range` for other seeds.
 * @example
 * const [first, second] = split(key(7))
 */
export function key(seed: number): Key {
  assertInteger('backend.key', 'seed', seed, { min: 0 })
  return { hi: Math.floor(seed / 2 ** 32), lo: seed >>> 0 }
}

/**
 * Derives `n` new keys, independent of each other and of the numbers that `k` itself draws. The first keys do not
 * depend on `n`.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for n below 0.
 * @example
 * const [forWeights, forNoise] = split(key(0))
 */
export function split(k: Key, n = 2): Key[] {
  assertKey('backend.split', 'k', k)
  assertInteger('backend.split', 'n', n, { min: 0 })
  return Array.from({ length: n }, (_, i) => derive(k, i, tags.split))
}

/**
 * Derives the key with number `i`, an integer from 0 to 2⁵³ − 1: the stream of a step, a row or an epoch.
 *
 * @throws GenError `value` for what is no key, `value` or `range` for i below 0.
 * @example
 * for (let step = 0; step < 100; step++) train(fold(key(0), step))
 */
export function fold(k: Key, i: number): Key {
  assertKey('backend.fold', 'k', k)
  assertInteger('backend.fold', 'i', i, { min: 0 })
  return derive(k, i, tags.fold)
}

function derive(k: Key, i: number, tag: number): Key {
  const words = new Uint32Array(4)
  philox(0, i >>> 0, Math.floor(i / 2 ** 32), tag, k.hi, k.lo, words)
  return { hi: words[0]!, lo: words[1]! }
}
