import { describe, expect, it } from 'vitest'
import { loggedSteps } from '../run/run-log.ts'
import { lossPlot } from './loss-plot.ts'
import { scatterPlot } from './scatter-plot.ts'

describe('lossPlot', () => {
  it('draws every point of the curve and escapes its title', () => {
    const points = Array.from({ length: 50 }, (_, i) => ({ step: i + 1, loss: 1 / (i + 1) }))
    const svg = lossPlot(points, { title: 'a < b' })
    const [raw] = [...svg.matchAll(/ d="([^"]+)"/g)].map((match) => match[1] as string)
    expect(raw?.match(/[ML]/g)).toHaveLength(50)
    expect(svg).toContain('a &lt; b')
    expect(svg).not.toContain('NaN')
  })

  it.each([5, 20, 50, 200, 2000])('has a mean over %i steps that lags by 5 % at most', (steps) => {
    const svg = lossPlot(Array.from({ length: steps }, (_, i) => ({ step: i, loss: steps - 1 - i })))
    const ends = [...svg.matchAll(/ d="([^"]+)"/g)].map((match) => Number(match[1]!.split(',').at(-1)))
    const [raw, mean] = ends as [number, number]
    const top = 28
    expect(raw).toBe(320)
    expect((raw - mean) / (raw - top)).toBeLessThan(0.05)
  })

  it('falls back to a linear axis for losses below zero', () => {
    expect(
      lossPlot([
        { step: 1, loss: -1 },
        { step: 2, loss: 1 },
      ]),
    ).not.toContain('NaN')
  })
})

describe('loggedSteps', () => {
  it('keeps the last entry of a step, in order, and skips what a kill cut short', () => {
    const log =
      '{"step":1,"loss":3}\n{"step":2,"loss":9,"seconds":1}\nnull\n{"checkpoint":2}\n{"step":2,"loss":2,"seconds":4}\n{"step":3,"lo'
    expect(loggedSteps(log)).toEqual([
      { step: 1, loss: 3, seconds: 0 },
      { step: 2, loss: 2, seconds: 4 },
    ])
  })
})

describe('scatterPlot', () => {
  it('has a dot per point within the frame', () => {
    const svg = scatterPlot([-3, 4, 0, 0, 2, -1])
    const centers = [...svg.matchAll(/cx="([^"]+)" cy="([^"]+)"/g)].flatMap(([, x, y]) => [Number(x), Number(y)])
    expect(centers).toHaveLength(6)
    expect(centers.every((n) => n >= 0 && n <= 480)).toBe(true)
  })
})
