import { tensor2d, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { assertFinite, assertInteger, assertNumber, assertRank, assertShape, GenError } from '../index.ts'

describe('GenError', () => {
  it('carries a code, details and a cause', () => {
    const cause = new Error('disk')
    const error = new GenError('file', 'io.save: expected room, got none; free some', { details: { need: 3 }, cause })
    expect(error).toMatchObject({ name: 'GenError', code: 'file', details: { need: 3 }, cause })
    expect(error).toBeInstanceOf(Error)
    expect(new GenError('value', 'x').details).toEqual({})
    expect('cause' in new GenError('value', 'x')).toBe(false)
  })

  it('is recognized across copies of the package, and nothing else is', async () => {
    const copy: string = './gen-error.ts?copy'
    const { GenError: Other } = (await import(/* @vite-ignore */ copy)) as typeof import('./gen-error.ts')
    expect(Other).not.toBe(GenError)
    expect(GenError.is(new Other('value', 'x'))).toBe(true)
    expect([new Error('x'), null, undefined, 'x', {}].some((value) => GenError.is(value))).toBe(false)
  })
})

describe('checks', () => {
  it('name the function, the argument, what was expected and got, and the remedy', () => {
    tidy(() => {
      const x = tensor2d([[1, 2, 3]])
      expect(() => assertShape('flows.f', 'x', x, [null, 2], 'pass features: 3')).toThrow(
        'flows.f: expected x of shape [any, 2], got [1, 3]; pass features: 3',
      )
      expect(() => assertRank('nn.g', 'x', x, 4)).toThrow('nn.g: expected x of rank 4, got rank 2, shape [1, 3]')
      expect(() => assertShape('a.b', 'x', x, [1, 3])).not.toThrow()
      expect(() => assertShape('a.b', 'x', x, [null, 3])).not.toThrow()
      expect(() => assertShape('a.b', 'x', x, [3])).toThrow('expected x of shape [3], got [1, 3]')
      expect(() => assertRank('a.b', 'x', x, 2)).not.toThrow()
    })
  })

  it.each([
    [1.5, {}, 'value', 'a.b: expected n an integer, got 1.5'],
    [Number.NaN, {}, 'value', 'a.b: expected n an integer, got NaN'],
    [2 ** 60, {}, 'value', 'a.b: expected n an integer, got 1152921504606847000'],
    ['3', {}, 'value', 'a.b: expected n an integer, got string "3"'],
    [0, { min: 1 }, 'range', 'a.b: expected n an integer ≥ 1, got 0'],
    [9, { min: 1, max: 8 }, 'range', 'a.b: expected n an integer ≥ 1 and ≤ 8, got 9'],
  ])('assertInteger(%s, %o)', (value, bounds, code, message) => {
    expect(() => assertInteger('a.b', 'n', value as number, bounds)).toThrow(expect.objectContaining({ code, message }))
  })

  it.each([
    [Number.NaN, {}, 'value', 'a.b: expected p a number, got NaN'],
    [undefined, {}, 'value', 'a.b: expected p a number, got undefined'],
    [1, { min: 0, exclusiveMax: 1 }, 'range', 'a.b: expected p a number ≥ 0 and < 1, got 1'],
    [0, { exclusiveMin: 0, max: 1 }, 'range', 'a.b: expected p a number > 0 and ≤ 1, got 0'],
  ])('assertNumber(%s, %o)', (value, bounds, code, message) => {
    expect(() => assertNumber('a.b', 'p', value as number, bounds)).toThrow(expect.objectContaining({ code, message }))
  })

  it('assertFinite', () => {
    expect(() => assertFinite('train.fit', 'loss', Infinity)).toThrow(
      expect.objectContaining({
        code: 'non-finite',
        message: 'train.fit: expected loss a finite number, got Infinity',
      }),
    )
    expect(() => assertFinite('train.fit', 'loss', null as never)).toThrow(expect.objectContaining({ code: 'value' }))
  })

  it('let what is right pass', () => {
    assertInteger('a.b', 'n', -3)
    assertInteger('a.b', 'n', 8, { min: 8, max: 8 })
    assertNumber('a.b', 'p', Infinity)
    assertNumber('a.b', 'p', 0.5, { exclusiveMin: 0, exclusiveMax: 1 })
    assertFinite('a.b', 'p', 0)
  })
})
