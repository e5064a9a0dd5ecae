import { dispose, ones, tensor2d, tensor4d } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertContext, checkContext, contextRows, useBackend } from '../index.ts'

const where = 'vae.sample'
const vectors = () => tensor2d([1, 2, 3, 4], [2, 2])

beforeAll(() => useBackend('cpu'))

describe('a context', () => {
  const made = [ones([3, 2]), ones([1, 2]), ones([2, 2]), ones([3, 3]), ones([3, 2, 1])]
  const [three, one, two, wide, deep] = made
  afterAll(() => dispose(made))

  it('is one row for each, or a single one for all', () => {
    expect(assertContext(where, three, { rows: 3, context: [2] })).toBe(true)
    expect(assertContext(where, one, { rows: 3, context: [2] })).toBe(true)
    expect(assertContext(where, undefined, { rows: 3, context: undefined })).toBe(false)
    const x = vectors()
    for (const [context, offset, count, expected] of [
      [x, 1, 1, [3, 4]],
      [one!, 5, 2, [1, 1, 1, 1]],
    ] as const) {
      const rows = contextRows(context, offset, count)
      expect([...rows.dataSync()]).toEqual(expected)
      rows.dispose()
    }
    x.dispose()
  })

  it.each([
    [() => three, undefined, /vae\.sample: expected no context, .* got one; leave it out/],
    [() => undefined, [2], /expected a context of shape \[3, 2\], got none; pass batches/],
    [() => two, [2], /expected context of shape \[3, 2\], got \[2, 2\]; pass one row for each/],
    [() => wide, [2], /got \[3, 3\]/],
    [() => deep, [2], /got \[3, 2, 1\]/],
  ])('is refused where it does not fit: %#', (given, context, message) => {
    expect(() => assertContext(where, given(), { rows: 3, context })).toThrow(message)
  })

  it('of images is in [0, 1], of vectors finite', async () => {
    const image = tensor4d([0, 1, 2, 0], [1, 2, 2, 1])
    const bad = tensor2d([0, Number.NaN], [1, 2])
    await expect(checkContext(where, image)).rejects.toThrow(/batch\.condition\.context/)
    await expect(checkContext(where, bad)).rejects.toThrow(/batch\.condition\.context/)
    const good = vectors()
    await checkContext(where, good)
    dispose([image, bad, good])
  })
})
