import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alphaOf,
  cleanEnd,
  flowTimeOf,
  type Level,
  levelOf,
  levelOfFlowTime,
  levelOfLogSnr,
  levelOfSigma,
  logSnrOf,
  sigmaOf,
} from './level.ts'

const noiseEnd: Level = { signal: 0, noise: 1 }
const levels = fc.double({ min: 0, max: Math.PI / 2, noNaN: true }).map((angle): Level => {
  return { signal: Math.cos(angle), noise: Math.sin(angle) }
})

/** With the absolute error they may have: 1 − τ has the digits of 1, the others those of each number. */
const coordinates = {
  σ: [sigmaOf, levelOfSigma, 0],
  'log-SNR': [logSnrOf, levelOfLogSnr, 0],
  'flow time': [flowTimeOf, levelOfFlowTime, 4 * Number.EPSILON],
} as const

describe.each(Object.entries(coordinates))('%s', (_, [to, from, slack]) => {
  it('and back is the level, to the digits of both numbers', () => {
    fc.assert(
      fc.property(levels, (level) => {
        const again = from(to(level))
        expect(Math.abs(again.signal - level.signal)).toBeLessThanOrEqual(1e-13 * level.signal + slack)
        expect(Math.abs(again.noise - level.noise)).toBeLessThanOrEqual(1e-13 * level.noise + slack)
      }),
    )
  })

  it.each([cleanEnd, noiseEnd])('keeps the end %j', (end) => {
    expect(from(to(end))).toEqual(end)
  })

  it('gives unit variance', () => {
    for (const value of [0, 1e-9, 0.3, 1]) expect(Math.hypot(from(value).signal, from(value).noise)).toBeCloseTo(1, 14)
  })
})

it('the coordinates say the same of a level', () => {
  fc.assert(
    fc.property(levels, (level) => {
      const sigma = sigmaOf(level)
      expect(levelOf(alphaOf(level)).signal).toBeCloseTo(level.signal, 14)
      if (sigma === 0 || sigma > 1e15) return
      expect(logSnrOf(level)).toBeCloseTo(-2 * Math.log(sigma), 10)
      expect(flowTimeOf(level)).toBeCloseTo(sigma / (1 + sigma), 12)
      expect(alphaOf(level)).toBeCloseTo(1 / (1 + sigma ** 2), 12)
    }),
  )
})

it('refuses what is no signal ratio', () => {
  for (const alpha of [-0.1, 1.1, Number.NaN]) expect(() => levelOf(alpha)).toThrow('diffusion.levelOf: expected alpha')
})
