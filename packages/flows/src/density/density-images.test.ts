import { key, useBackend } from '@gen/backend'
import { tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { densityImages, densityPicture, densityScale, nsf } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const identity = async () => {
  const model = nsf(2, { key: key(0) })
  const picture = await densityPicture(model, { range: [-2, 2], resolution: 40, lines: 5, extent: 1, points: 30 })
  model.dispose()
  return picture
}

describe('densityImages', () => {
  it('has the density lightest in the middle, and the straight grid of a flow that changes nothing', async () => {
    const picture = await identity()
    const side = 80
    const values = tidy(() => densityImages(picture, { scale: 2 }).dataSync())
    const at = (image: number, row: number, column: number) => {
      const start = 3 * ((image * side + row) * side + column)
      return [...values.slice(start, start + 3)]
    }
    const light = (color: number[]) => color.reduce((sum, value) => sum + value, 0)
    expect(values).toHaveLength(2 * side * side * 3)
    expect(light(at(0, 40, 40))).toBeGreaterThan(light(at(0, 40, 20)))
    expect(light(at(0, 40, 20))).toBeGreaterThan(light(at(0, 2, 2)))
    // z₀ = −1 is the column 20, z₁ = 1 the row 20; the grid ends there.
    const [blue, orange] = [at(1, 35, 20), at(1, 20, 35)]
    expect(blue[2]).toBeGreaterThan(blue[0]!)
    expect(orange[0]).toBeGreaterThan(orange[2]!)
    expect(at(1, 35, 15)).toEqual([1, 1, 1])
    expect(at(1, 10, 10)).toEqual([1, 1, 1])
  })

  it('is in the colors of its scale, whose top is the 99.5 % quantile of the cells', async () => {
    const picture = await identity()
    const { top, color } = densityScale(picture)
    const sorted = picture.density.slice().sort()
    expect(top).toBe(sorted[Math.floor(0.995 * (sorted.length - 1))])
    const values = tidy(() => densityImages(picture, { scale: 1 }).dataSync())
    for (const cell of [0, 333, 820, 1599]) {
      const expected = color(Math.min(1, picture.density[cell]! / top))
      for (const [i, value] of expected.entries()) expect(values[3 * cell + i]).toBeCloseTo(value, 6)
    }
    // Shares between two shades are mixed of both, ever lighter.
    const light = (share: number) => color(share).reduce((sum, value) => sum + value, 0)
    const shares = Array.from({ length: 101 }, (_, i) => light(i / 100))
    for (let i = 1; i < shares.length; i++) expect(shares[i]).toBeGreaterThan(shares[i - 1]!)
    expect(light(0.875)).toBeCloseTo((light(0.75) + light(1)) / 2, 6)
  })

  it('refuses a scale that is no natural number', async () => {
    const picture = await identity()
    expect(() => densityImages(picture, { scale: 0.5 })).toThrow(expect.objectContaining({ code: 'value' }))
  })
})
