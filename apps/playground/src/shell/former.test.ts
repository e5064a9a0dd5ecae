/** When a run is given up for another, and when it only goes on. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fields } from '../pages/gan/settings.ts'
import { differences } from '../run/differences.ts'
import { initialSettings } from '../run/fields.ts'
import { edited, type Run } from '../run/run.ts'
import { curves } from './curves.ts'
import { branches } from './former.ts'

const run: Run = { seed: 1, settings: initialSettings(fields), tape: [] }
const stage = { getBoundingClientRect: () => ({ width: 10, height: 10 }), querySelectorAll: () => [] }

beforeEach(() => {
  vi.stubGlobal('devicePixelRatio', 1)
  vi.stubGlobal('document', { createElement: () => ({ getContext: () => ({}) }) })
})
afterEach(() => vi.unstubAllGlobals())

/** What is former once a run was left at a step for another. */
function formerOf(at: number, next: Run): { run: Run; at: number; known: number } | undefined {
  const forks = branches(() => stage as unknown as Element)
  const past = curves()
  past.add(['a'], Float64Array.of(at, 0.5))
  forks.leave({ run, at, gauges: [] })
  forks.part(next, past)
  past.clear()
  const { value } = forks.former
  return value && { run: value.run, at: value.at, known: value.curves.length() }
}

describe('a run', () => {
  it('is given up for one with another setting, seed, or edit before its end, and keeps its curve', () => {
    for (const next of [{ ...run, seed: 2 }, edited(run, 0, { k: 2 }), edited(run, 30, { k: 2 })])
      expect(formerOf(60, next)).toEqual({ run, at: 60, known: 60 })
  })

  it('is not by one that comes through its end, nor after a few steps', () => {
    expect(formerOf(60, run)).toBeUndefined()
    expect(formerOf(60, edited(run, 60, { k: 2 }))).toBeUndefined()
    expect(formerOf(5, { ...run, seed: 2 })).toBeUndefined()
  })

  it('is told apart in words', () => {
    const other = edited(edited(run, 0, { objective: 'hinge' }), 30, { rate: 0.00123456 })
    expect(differences(fields, other, run)).toEqual(['Objective: Hinge', 'Learning rate: 0.00123 from step 30'])
    expect(differences(fields, run, other)).toEqual(['Objective: Relativistic'])
    expect(differences(fields, { ...run, seed: 4 }, run)).toEqual(['seed 4'])
  })
})
