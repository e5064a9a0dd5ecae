import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Pace, stepPace, timePace } from './pace.ts'

afterEach(() => vi.restoreAllMocks())

/** A clock that steps move, and nothing else. */
function clock() {
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  return { pass: (seconds: number) => (now += 1000 * seconds), seconds: () => (now - 1000) / 1000 }
}

/** Steps until the plan is done; `secondsOf` gives what each takes. */
function run(pace: Pace, from: number, secondsOf: (step: number) => number, pass: (seconds: number) => unknown) {
  let [step, looks] = [from, 0]
  const planned: number[] = []
  while (step < pace.steps) {
    pass(secondsOf(++step))
    if (pace.look(step, false)) looks++
    planned.push(pace.steps)
  }
  return { step, looks, planned }
}

describe('a run by time', () => {
  it.each<[string, number, (step: number) => number]>([
    ['steps of 1 ms, the first of 300', 18, (step) => (step === 1 ? 0.3 : 0.001)],
    ['steps that get ten times faster', 18, (step) => (step < 100 ? 0.01 : 0.001)],
    ['steps of 10 s', 600, (step) => (step === 1 ? 25 : 10)],
    ['steps of 10 s in 18', 18, () => 10],
    ['a machine that slows down in the middle', 60, (step) => (step < 3000 ? 0.01 : 0.03)],
    ['a machine that slows down for a while', 60, (step) => (step > 2000 && step < 2500 ? 0.03 : 0.01)],
    ['uneven steps, and a long pause every 500', 30, (step) => (step % 500 === 0 ? 0.6 : 0.004 + 0.002 * (step % 2))],
    ['eight batches per step', 6, () => 0.08],
    ['one step that takes longer than all', 1, () => 5],
  ])('takes its time: %s', (_name, seconds, secondsOf) => {
    const { pass, seconds: spent } = clock()
    const { step, looks } = run(timePace(seconds), 0, secondsOf, pass)
    expect(Math.abs(spent() - seconds)).toBeLessThanOrEqual(Math.max(seconds / 64, secondsOf(step)))
    expect(looks).toBeLessThan(30)
  })

  it('knows after a quarter of the time how many steps there will be, and never ends at another number', () => {
    const { pass } = clock()
    const { step, planned } = run(timePace(20), 0, (n) => (n === 1 ? 0.5 : 0.004), pass)
    const settled = planned.slice(Math.floor(step / 4))
    expect(Math.min(...settled) / step).toBeGreaterThan(0.98)
    expect(Math.max(...settled) / step).toBeLessThan(1.02)
    expect(planned.at(-1)).toBe(step)
    expect(planned[0]).toBe(Number.POSITIVE_INFINITY)
  })

  it('plans by the steps since the last look: a slow start is forgotten', () => {
    const { pass } = clock()
    const { step, planned } = run(timePace(18), 0, (n) => (n < 100 ? 0.01 : 0.001), pass)
    const settled = planned.slice(Math.floor(step / 3))
    expect(Math.min(...settled) / step).toBeGreaterThan(0.99)
    expect(Math.max(...settled) / step).toBeLessThan(1.01)
  })

  it('plans nothing from the first step alone, which compiles, unless that is all there is', () => {
    const { pass } = clock()
    const pace = timePace(100)
    pass(0.9)
    expect(pace.look(1, false)).toBe(false)
    pass(0.1)
    expect(pace.look(2, false)).toBe(true)
    expect(pace.steps).toBe(2 + 990)
    const slow = timePace(40)
    pass(10)
    expect(slow.look(1, false)).toBe(true)
    expect(slow.steps).toBe(4)
  })

  it('is planned with any checkpoint, and from then on looks at steps, not at the clock', () => {
    const { pass } = clock()
    const pace = timePace(64)
    pass(0.01)
    expect(pace.look(3, true)).toBe(true)
    const { look, steps } = pace.state()
    // Much slower than planned, but the plan stands until its next look.
    for (let step = 4; step < look!; step++) {
      pass(1)
      expect(pace.look(step, true)).toBe(false)
      expect(pace.steps).toBe(steps)
    }
    expect(pace.look(look!, false)).toBe(true)
  })

  it('goes on from a checkpoint by its plan, counts the time before, and looks where the stopped one would have', () => {
    const { pass, seconds: spent } = clock()
    const first = timePace(20)
    let step = 0
    while (step < 1500) {
      pass(0.004)
      first.look(++step, false)
    }
    const saved = first.state()
    expect(saved.time).toEqual({ seconds: 20, spent: 6, since: 0 })
    pass(1000)
    const paused = spent() - 6
    const second = timePace(20, step, saved)
    expect([second.steps, second.secondsLeft()]).toEqual([first.steps, 14])
    const looks: number[] = []
    while (step < second.steps) {
      pass(0.004)
      if (second.look(++step, false)) looks.push(step)
    }
    expect(looks[0]).toBe(saved.look)
    expect(spent() - paused).toBeCloseTo(20, 1)
  })

  it('is lengthened by what was measured before, twice in the same way', () => {
    const { pass, seconds: spent } = clock()
    const { step } = run(timePace(10), 0, () => 0.01, pass)
    const done = { steps: step, look: step, time: { seconds: 10, spent: 10, since: 0 } }
    expect(timePace(10, step, done).steps).toBe(step)
    const longer = timePace(25, step, done)
    pass(3)
    expect(timePace(25, step, done).state()).toMatchObject({ steps: longer.steps, look: longer.state().look })
    expect(longer.steps).toBe(2500)
    pass(-3)
    run(longer, step, () => 0.01, pass)
    expect(spent()).toBeCloseTo(25, 1)
    expect(timePace(5, step, done).steps).toBe(step)
  })

  it('begins anew where a run by steps goes on by time', () => {
    const { pass, seconds: spent } = clock()
    const pace = timePace(5, 700, stepPace(700).state())
    const { step } = run(pace, 700, () => 0.01, pass)
    expect(spent()).toBeCloseTo(5, 1)
    expect(step).toBe(1200)
    expect(pace.state().time!.since).toBe(700)
  })
})
