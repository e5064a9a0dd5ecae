import { describe, expect, it } from 'vitest'
import { constant, cosineDecay, linearDecay, type RateSchedule, stepDecay, warmup } from './schedule.ts'

describe('schedules give the rates of their formulas', () => {
  it.each<[string, RateSchedule, [number, number][]]>([
    [
      'constant',
      constant(3),
      [
        [0, 3],
        [99, 3],
      ],
    ],
    [
      'linear',
      linearDecay({ from: 1, to: 0.5, steps: 10 }),
      [
        [0, 1],
        [5, 0.75],
        [10, 0.5],
        [50, 0.5],
      ],
    ],
    [
      'cosine',
      cosineDecay({ from: 1, to: 0.2, steps: 8 }),
      [
        [0, 1],
        [2, 0.2 + 0.4 * (1 + Math.SQRT1_2)],
        [4, 0.6],
        [8, 0.2],
        [9, 0.2],
      ],
    ],
    [
      'stepDecay',
      stepDecay({ from: 8, factor: 0.5, every: 3 }),
      [
        [0, 8],
        [2, 8],
        [3, 4],
        [8, 2],
        [9, 1],
      ],
    ],
    [
      'warmup to a number',
      warmup({ steps: 4, to: 2 }),
      [
        [0, 0.5],
        [1, 1],
        [3, 2],
        [4, 2],
        [100, 2],
      ],
    ],
    [
      'warmup to a schedule',
      warmup({ steps: 2, to: linearDecay({ from: 4, steps: 4 }) }),
      [
        [0, 2],
        [1, 4],
        [2, 4],
        [4, 2],
        [6, 0],
      ],
    ],
    [
      'warmup of a warmup',
      warmup({ steps: 1, to: warmup({ steps: 2, to: 6 }) }),
      [
        [0, 3],
        [1, 3],
        [2, 6],
        [3, 6],
      ],
    ],
  ])('%s', (_name, schedule, points) => {
    for (const [step, rate] of points) expect(schedule(step)).toBeCloseTo(rate, 12)
  })

  it('refuses rates below zero and lengths of no steps', () => {
    expect(() => constant(-1)).toThrow('train.constant: expected rate')
    expect(() => cosineDecay({ from: 1, steps: 0 })).toThrow('train.cosineDecay: expected steps')
    expect(() => linearDecay({ from: Number.NaN, steps: 5 })).toThrow('train.linearDecay: expected from')
    expect(() => stepDecay({ from: 1, factor: 0, every: 1 })).toThrow('train.stepDecay: expected factor')
    expect(() => warmup({ steps: 1.5, to: 1 })).toThrow('train.warmup: expected steps')
  })
})
