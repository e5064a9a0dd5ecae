/** Configs are read strictly: by a kind of the registry's own, with its members and no others. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { configFields, type Registry, registry, registryEntry } from './registry.ts'

const { size, finite, matrix, numbers, count } = configFields
const squares: Registry<number[], number> = registry('demo.squareFromConfig', 'a square', {
  plain: registryEntry({ side: size }, ({ side }, scale) => [side * side * scale]),
  ragged: registryEntry({ sides: v.exactOptional(numbers) }, ({ sides = [] }) => sides),
})

describe('registry', () => {
  it('makes what a config says, with what is given beside it', () => {
    expect(squares({ kind: 'plain', side: 3 }, 2)).toEqual([18])
    expect(squares({ kind: 'ragged' }, 1)).toEqual([])
  })

  it.each([
    [{}, 'a square with a kind, got kind: '],
    [null, 'a square with a kind, got it: '],
    [{ kind: 'constructor' }, 'a square of plain, ragged, got constructor; pass a piece of your own itself'],
    [{ kind: 'plain' }, 'got side: '],
    [{ kind: 'plain', side: 0 }, 'got side: '],
    [{ kind: 'plain', side: 1, more: 1 }, 'got more: '],
    [{ kind: 'ragged', sides: undefined }, 'got sides: '],
    [{ kind: 'ragged', sides: [1, Number.NaN] }, 'got sides.1: '],
  ])('refuses %j', (config, message) => {
    expect(() => squares(config, 1)).toThrow(expect.objectContaining({ code: 'config' }))
    expect(() => squares(config, 1)).toThrow(`demo.squareFromConfig: expected `)
    expect(() => squares(config, 1)).toThrow(message)
  })
})

it.each([
  [count, [0, 7], [-1, 0.5, Number.NaN, '1', null]],
  [size, [1, 7], [0, -1, 0.5, Number.POSITIVE_INFINITY]],
  [finite, [0, -1e38, 1e38], [1e39, -1e39, Number.NaN, '0']],
  [numbers, [[], [1, -2]], [[Number.NaN], 1]],
  [matrix, [[], [[1], []]], [[1], [[Number.POSITIVE_INFINITY]]]],
])('fields take what float32 holds: %#', (field, good, bad) => {
  for (const value of good) expect(v.is(field, value), String(value)).toBe(true)
  for (const value of bad) expect(v.is(field, value), String(value)).toBe(false)
})
