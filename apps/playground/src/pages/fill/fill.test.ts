/** Colors and gaps: six answers that keep what is given and differ in what is not, and an average that is duller than each. */
import { key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { dispose } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { randomHoles } from '../../models/holes.ts'
import { initialSettings } from '../../run/fields.ts'
import { localFetch, localSite } from '../../testing/local-site.ts'
import type { Pictures } from '../../trainer/lesson.ts'
import { lessons } from '../../trainer/lessons.ts'
import { timeline } from '../../trainer/timeline.ts'
import { fields } from './settings.ts'
import { brushed, cells, end, holes, readHole, writeHole } from './view.ts'

beforeAll(async () => {
  vi.stubGlobal('fetch', localFetch)
  await useBackend('simd')
  await setThreads(1)
})
afterAll(() => vi.unstubAllGlobals())

/** First and last picture of a run. */
async function ends(set: object): Promise<{ first: Pictures; last: Pictures }> {
  const settings = { ...initialSettings(fields), ...set }
  const run = await timeline(await lessons.fill!(), { seed: 0, settings, tape: [] }, localSite)
  const wish = { resolution: 1, layers: [] }
  const first = await run.pictures(wish)
  while (run.step < end) await run.advance()
  const last = await run.pictures(wish)
  await run.dispose()
  return { first, last }
}

describe('answers', () => {
  it('to a gap begin alike, part from each other and from the average, and keep what is given and edges', async () => {
    const { first, last } = await ends({})
    expect(last.numbers.off).toBeLessThan(1e-6)
    expect(first.numbers.away).toBeLessThan(last.numbers.away!)
    expect(last.numbers.apart).toBeGreaterThan(2 * first.numbers.apart!)
    expect(last.numbers.edgesOfAverage).toBeLessThan(0.75 * last.numbers.edgesOfSix!)
    expect(last.arrays.noisy).toEqual(last.arrays.guess)
  })

  it('to a gray face keep its brightness, and have the colors that the average lacks', async () => {
    const { last } = await ends({ missing: 'colors', hole: writeHole(holes.everything) })
    expect(last.numbers.off).toBeLessThan(0.02)
    expect(last.numbers.apart).toBeGreaterThan(0.02)
    expect(last.numbers.colorOfAverage).toBeLessThan(last.numbers.colorOfSix!)
  })

  it('where nothing is missing are the face', async () => {
    const { last } = await ends({ hole: writeHole(new Uint8Array(cells ** 2)), steps: 2 })
    expect(last.numbers).toEqual({ missing: 0, apart: 0, away: 0, off: 0 })
  })
})

describe('holes', () => {
  it('are the same after they were a text, and a brush takes and gives back', () => {
    for (const hole of Object.values(holes)) expect(readHole(writeHole(hole))).toEqual(hole)
    expect(writeHole(holes.everything)).toMatch(fields.hole.pattern)
    const none = new Uint8Array(cells ** 2)
    const taken = brushed(none, [3, 5], { radius: 1, takes: true })
    expect([...taken].flatMap((missing, place) => (missing ? [place] : []))).toEqual([67, 82, 83, 84, 99])
    expect(brushed(taken, [3, 5], { radius: 1, takes: false })).toEqual(none)
  })

  it('at random depend on their key and row, and brightness is known wherever colors are', () => {
    const [all, one] = [randomHoles(40, key(1)), randomHoles(1, key(1))]
    const [colors, brightness] = [all.colors.dataSync(), all.brightness.dataSync()]
    expect(colors.slice(0, 1024)).toEqual(one.colors.dataSync())
    expect(colors.every((known, at) => known <= brightness[at]!)).toBe(true)
    const shares = Array.from({ length: 40 }, (_, row) => brightness.slice(1024 * row, 1024 * (row + 1)))
    expect(shares.filter((row) => row.every((known) => known === 1)).length).toBeGreaterThan(10)
    expect(shares.filter((row) => row.some((known) => known === 0)).length).toBeGreaterThan(10)
    dispose([all.colors, all.brightness, one.colors, one.brightness])
  })
})
