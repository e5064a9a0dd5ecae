import { tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import * as backend from '../index.ts'
import { assertKey, key, useBackend } from '../index.ts'

/** Everything here that takes a key first. */
const takers: Record<string, (k: never) => unknown> = {
  split: (k) => backend.split(k),
  fold: (k) => backend.fold(k, 1),
  normal: (k) => backend.normal(k, [2]),
  uniform: (k) => backend.uniform(k, [2]),
  randint: (k) => backend.randint(k, [2], { max: 3 }),
  bernoulli: (k) => backend.bernoulli(k, [2], { p: 0.5 }),
  categorical: (k) => tidy(() => backend.categorical(k, tensor2d([[0, 1]]))),
  normalArray: (k) => backend.normalArray(k, 1, 2),
  uniformArray: (k) => backend.uniformArray(k, 1, 2),
  randintArray: (k) => backend.randintArray(k, 1, 2, { max: 3 }),
  permutation: (k) => backend.permutation(k, 3),
  permute: (k) => backend.permute(k, 3, 0),
}

describe.each(['cpu', 'simd'] as const)('keys on %s', (name) => {
  beforeAll(() => useBackend(name))

  it.each([
    [3, /got the number 3; pass key\(3\)/],
    [-1, /got the number -1; pass key\(0\)/],
    [0.5, /got the number 0.5; pass key\(0\)/],
    ['3', /got string "3"; pass key\(0\)/],
    [undefined, /got undefined; pass key\(0\)/],
    [null, /got null/],
    [{ hi: 1 }, /got object/],
    [{ hi: 1, lo: -1 }, /got object/],
    [{ hi: 0.5, lo: 1 }, /got object/],
    [{ hi: 0, lo: 2 ** 32 }, /got object/],
    [[0, 3], /got object/],
    [() => key(3), /got function/],
    [3n, /got the bigint 3n; pass key\(3\)/],
    [{ hi: 1n, lo: 1n }, /got object/],
    [Symbol('3'), /got symbol/],
  ])('%# is none, for whoever takes one', (value, message) => {
    for (const [taker, call] of Object.entries(takers)) {
      expect(() => call(value as never)).toThrow(
        expect.objectContaining({ code: 'value', message: expect.stringMatching(message) }),
      )
      expect(() => call(value as never)).toThrow(`backend.${taker}: expected k a key`)
    }
  })

  it('takes what has been through JSON, at both ends', () => {
    for (const seed of [0, 7, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER]) {
      assertKey('demo.f', 'key', JSON.parse(JSON.stringify(key(seed))))
    }
  })
})
