import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStore } from './memory-store.ts'

const file = (size: number) => ({ 'state.json': new Uint8Array(size) })

describe('a store that thins', () => {
  it('keeps at most so many, evenly, the first and the last among them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 1, max: 300 }), async (entries, count) => {
        const store = memoryStore({ entries })
        for (let i = 1; i <= count; i++) await store.save(50 * i, file(1))
        const steps = await store.list()
        expect(steps).toHaveLength(Math.min(entries, count))
        expect([steps[0], steps.at(-1)]).toEqual([50, 50 * count])
        // Gaps are 50 times powers of two: twice an even spacing and the newest are all that one may miss.
        const gaps = steps.slice(1).map((step, i) => (step - steps[i]!) / 50)
        for (const gap of gaps) expect(gap).toBeLessThanOrEqual(Math.max(1, (4 * count) / (entries - 1)))
      }),
      { numRuns: 60 },
    )
  })

  it('keeps at most so many bytes, but always the first and the last', async () => {
    const store = memoryStore({ bytes: 1000 })
    for (let i = 1; i <= 30; i++) await store.save(i, file(300))
    const steps = await store.list()
    expect(steps).toHaveLength(3)
    expect([steps[0], steps.at(-1)]).toEqual([1, 30])
    const small = memoryStore({ bytes: 1 })
    for (let i = 1; i <= 5; i++) await small.save(i, file(300))
    expect(await small.list()).toEqual([1, 5])
  })

  it.each([{ entries: 1 }, { entries: 2.5 }, { bytes: 0 }])('refuses %o', (options) => {
    expect(() => memoryStore(options)).toThrow(/train\.memoryStore: expected (entries|bytes)/)
  })
})
