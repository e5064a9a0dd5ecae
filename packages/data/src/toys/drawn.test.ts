import { key, useBackend } from '@gen/backend'
import { tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { drawn } from './drawn.ts'
import type { Strokes } from './toy.ts'

/** An L, a dot without weight, and a long bar: corners, gaps and repeated corners. */
const strokes: Strokes = [
  [
    [-2, 1],
    [-2, -1.5],
    [-2, -1.5],
    [0.5, -1.5],
  ],
  [[3, 3]],
  [
    [1, 2],
    [3, -2],
  ],
]
const deviation = 0.2

/** ∫ N(x; c(s), σ²I) ds over a segment in closed form: the normal across it times the share of the normal along it. */
function exact([x, y]: readonly [number, number]): number {
  let [mass, total] = [0, 0]
  for (const corners of strokes) {
    for (const [i, to] of corners.slice(1).entries()) {
      const from = corners[i]!
      const length = Math.hypot(to[0] - from[0], to[1] - from[1])
      if (length === 0) continue
      const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
      const [dx, dy] = [x - from[0], y - from[1]]
      const [s, across] = [dx * ux + dy * uy, dx * uy - dy * ux]
      const bell = Math.exp(-(across ** 2) / (2 * deviation ** 2)) / Math.sqrt(2 * Math.PI * deviation ** 2)
      mass += bell * (phi((length - s) / deviation) - phi(-s / deviation))
      total += length
    }
  }
  return mass / total
}

/** The standard normal's distribution function, by its series. */
function phi(t: number): number {
  if (Math.abs(t) > 8) return t > 0 ? 1 : 0
  let [sum, term] = [t, t]
  for (let n = 1; n < 200; n++) {
    term *= (t * t) / (2 * n + 1)
    sum += term
  }
  return 0.5 + (sum * Math.exp(-(t * t) / 2)) / Math.sqrt(2 * Math.PI)
}

beforeAll(() => useBackend('cpu'))

describe('a drawing', () => {
  const toy = drawn(strokes, { deviation })

  it('has the density of its segments in closed form', () => {
    const points = Array.from(
      { length: 400 },
      (_, i) => [((i % 20) - 9.5) * 0.35, (Math.floor(i / 20) - 9.5) * 0.25] as const,
    )
    const near = points.filter((point) => exact(point) > 1e-6)
    expect(near.length).toBeGreaterThan(150)
    const logs = tidy(() => toy.logDensity(tensor2d(near.map((point) => [...point]))).dataSync())
    expect(logs).toBeAllClose(
      near.map((point) => Math.log(exact(point))),
      { rtol: 0, atol: 2e-4 },
    )
  })

  it('draws along its lines as often as they are long, and nowhere else', () => {
    const count = 20_000
    const { points } = toy.draw(count, key(1))
    const bar = Array.from({ length: count }, (_, i) => points[2 * i]! > 0.7 && points[2 * i + 1]! > -1).filter(
      Boolean,
    ).length
    const [l, b] = [2.5 + 2.5, Math.hypot(2, 4)]
    // The part of the bar above y = −1 is three quarters of it; noise moves as many in as out, but for the L's end.
    expect(Math.abs(bar / count - (0.75 * b) / (l + b))).toBeLessThan(0.015)
    const distances = Array.from({ length: count }, (_, i) => exact([points[2 * i]!, points[2 * i + 1]!]))
    expect(distances.filter((p) => p < 1e-7)).toHaveLength(0)
  })

  it('tells two drawings apart, and draws point i from (key, i) alone', () => {
    const other = drawn(
      [
        ...strokes,
        [
          [0, 0],
          [0.1, 0],
        ],
      ],
      { deviation },
    )
    const config = (t: typeof toy) => JSON.stringify(t.batches({ size: 4, key: key(0) }).config)
    expect(config(other)).not.toBe(config(toy))
    const whole = toy.draw(50, key(2)).points
    expect(toy.draw(10, key(2), { offset: 40 }).points).toEqual(whole.slice(80))
  })

  it.each([
    [[], /expected lines that have a length, got 0/],
    [[[[1, 1]]], /expected lines that have a length/],
    [
      [
        [
          [1, 1],
          [1, Number.NaN],
        ],
      ],
      /expected coordinates of strokes in \[-1e4, 1e4\], got NaN/,
    ],
    [
      [
        [
          [1, 1],
          [2, 1e9],
        ],
      ],
      /got 1000000000/,
    ],
  ] as [Strokes, RegExp][])('refuses %j', (bad, message) => {
    expect(() => drawn(bad)).toThrow(message)
  })
})
