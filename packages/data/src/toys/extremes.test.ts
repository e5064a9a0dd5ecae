/** Toys far out, and their parts for training and for tests. @module */
import { key, useBackend } from '@gen/backend'
import { dispose, grad, sum, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gaussianGrid, gaussianRing } from './gaussians.ts'
import { toy, toyNames } from './named.ts'
import type { Toy } from './toy.ts'

const infinity = Number.POSITIVE_INFINITY

function evaluate(distribution: Toy, points: number[][]): [values: number[], slopes: number[]] {
  return tidy(() => {
    const x = tensor2d(points)
    const slopes = grad((at: Tensor) => sum(distribution.logDensity(at as Tensor2D)))(x)
    return [[...distribution.logDensity(x).dataSync()], [...slopes.dataSync()]]
  })
}

describe.each(['cpu', 'simd'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  it.each([...toyNames])('%s is −∞ far out and at infinity, NaN at NaN', (name) => {
    const ends = [1e20, -1e20, infinity, -infinity]
    const far = ends.flatMap((a) => [[a, 0.3], [0.3, a], ...ends.map((b) => [a, b])])
    const values = tidy(() => toy(name).logDensity(tensor2d(far)).dataSync())
    expect(new Set(values)).toEqual(new Set([-infinity]))
    // A checkerboard's density is flat: it has no score. A pinwheel's twist squares the squares.
    if (name !== 'checkerboard') {
      const [, slopes] = evaluate(toy(name), [
        ...far.filter((point) => !point.some((v) => Math.abs(v) === 1e20)),
        [1e12, -1e12],
      ])
      expect(slopes.some(Number.isNaN)).toBe(false)
    }
    const broken = [
      [Number.NaN, 0],
      [0, Number.NaN],
      [infinity, Number.NaN],
    ]
    expect(tidy(() => [...toy(name).logDensity(tensor2d(broken)).dataSync()])).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })

  it.each([gaussianRing(), gaussianGrid(), gaussianRing({ radius: 1e4, deviation: 1e3 })])(
    '$name has the density of float64 out to 1e6, and the score where modes can be told apart',
    (mixture) => {
      const deviation = mixture.deviation!
      const points = [0, 1e-20, -2.5, 100, 1e4, -1e6].flatMap((a) => [0, 3, -1e5].map((b) => [a, b]))
      const expected = points.map((point) => {
        const terms = mixture.modes!.map((mode) => {
          const gap = [Math.fround(point[0]!) - Math.fround(mode[0]), point[1]! - Math.fround(mode[1])] as const
          return { gap, log: -(gap[0] ** 2 + gap[1] ** 2) / (2 * deviation ** 2) }
        })
        const largest = Math.max(...terms.map(({ log }) => log))
        const total = terms.reduce((mass, { log }) => mass + Math.exp(log - largest), 0)
        const value = largest + Math.log(total / terms.length / (2 * Math.PI * deviation ** 2))
        const slope = [0, 1].map((j) => {
          return (
            terms.reduce((sum_, { gap, log }) => sum_ - (gap[j]! * Math.exp(log - largest)) / total, 0) / deviation ** 2
          )
        })
        return { value, slope }
      })
      const [values, slopes] = evaluate(mixture, points)
      expect(values).toBeAllClose(
        expected.map(({ value }) => value),
        { rtol: 1e-5, atol: 1e-5 },
      )
      points.forEach((point, i) => {
        if (Math.hypot(...point) > 1e3) return
        expect(slopes.slice(2 * i, 2 * i + 2), `${point}`).toBeAllClose(expected[i]!.slope, { rtol: 1e-3, atol: 1e-3 })
      })
    },
  )
})

describe.each([...toyNames])('the parts of %s', (name) => {
  const rowsOf = ({ take, size }: ReturnType<Toy['dataset']>): string[] => {
    const { x, labels } = take(Array.from({ length: size }, (_, i) => i))
    const rows = (x.arraySync() as number[][]).map(String)
    dispose(labels ? [x, labels] : [x])
    return rows
  }

  it('by two keys share no point, nor do a split and what is left', () => {
    const [train, test] = [rowsOf(toy(name).dataset(500, key(0))), rowsOf(toy(name).dataset(300, key(1)))]
    expect(new Set([...train, ...test]).size).toBe(800)
    const whole = toy(name).dataset(500, key(0))
    const [most, rest] = whole.split(0.8, key(3)).map(rowsOf) as [string[], string[]]
    expect([most.length, rest.length]).toEqual([400, 100])
    expect([...most, ...rest].sort()).toEqual([...train].sort())
  })

  it('draws neither a point nor its parts twice', () => {
    const { points } = toy(name).draw(2000, key(4))
    expect(new Set(points).size).toBeGreaterThan(0.98 * points.length)
    // One key for two coordinates, or for place and noise, would tie them to each other.
    const labels = toy(name).draw(2000, key(4)).labels
    expect(new Set(labels.slice(0, 200)).size).toBe(Math.max(1, toy(name).classes))
  })
})
