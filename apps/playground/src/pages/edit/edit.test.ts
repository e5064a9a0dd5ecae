/** Editing: boundaries find their attributes, and projection keeps two that were learnt together apart. */
import { useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { questions } from '../../models/questions.ts'
import { initialSettings } from '../../run/fields.ts'
import { localFetch, localSite } from '../../testing/local-site.ts'
import { lessons } from '../../trainer/lessons.ts'
import type { Timeline } from '../../trainer/step-by-step.ts'
import { timeline } from '../../trainer/timeline.ts'
import { fields } from './settings.ts'

beforeAll(async () => {
  vi.stubGlobal('fetch', localFetch)
  await useBackend('simd')
  // As the page does.
  await setThreads(1)
})
afterAll(() => vi.unstubAllGlobals())

const wish = { resolution: 1, layers: [], probe: [1] }
const begin = async (set: object): Promise<Timeline> =>
  timeline(await lessons.edit!(), { seed: 0, settings: { ...initialSettings(fields), ...set }, tape: [] }, localSite)

it('learns on which side of each boundary faces lie that it has not seen', async () => {
  const run = await begin({})
  while (run.step < 80) await run.advance()
  const { arrays, numbers } = await run.pictures(wish)
  await run.dispose()
  const accuracy = Object.fromEntries(questions.map(({ name }, i) => [name, arrays.accuracy![i]!]))
  for (const name of ['glasses', 'darkSkin', 'lightHair', 'longHair', 'blueGround'])
    expect(accuracy[name], name).toBeGreaterThan(0.9)
  // In pictures too: each slider moves its own attribute most.
  for (const [i, { name }] of questions.entries()) {
    const row = [...arrays.matrix!.subarray(i * questions.length, (i + 1) * questions.length)]
    expect(Math.max(...row.map(Math.abs)), name).toBe(row[i])
  }
  expect(numbers.ratio).toBeLessThan(0.2)
})

it('takes one for the other where they go together; projection undoes most of it', async () => {
  const run = await begin({ faces: 'correlated' })
  while (run.step < 150) await run.advance()
  const { beside: before, leanest } = (await run.pictures(wish)).numbers
  await run.edit({ project: 'on' })
  const { beside: after } = (await run.pictures(wish)).numbers
  await run.dispose()
  expect(leanest).toBeGreaterThan(0.3)
  expect(before).toBeGreaterThan(0.4)
  expect(after).toBeLessThan(before! / 2)
})

it('leaves a face as it is with all sliders at 0, and moves it along one alone', async () => {
  const run = await begin({})
  while (run.step < 50) await run.advance()
  const look = async (probe: number[]) => (await run.pictures({ ...wish, probe, numbers: false })).arrays
  const still = await look([3])
  expect(still.edited).toEqual(still.original)
  const moved = await look([3, 0, 1.5])
  // The fourth small face of the second slider is the one at 1.5.
  const size = still.original!.length
  expect(moved.edited).toBeAllClose(still.strips!.slice(8 * size, 9 * size), { atol: 1e-5 })
  await run.dispose()
})

it('says in plain words what could not be fetched, and tries again', async () => {
  vi.stubGlobal('fetch', async () => new Response('', { status: 503 }))
  const nowhere = 'http://nowhere.test/'
  const run = { seed: 0, settings: initialSettings(fields), tape: [] }
  await expect(timeline(await lessons.edit!(), run, nowhere)).rejects.toThrow(
    /could not be fetched: the site answers 503/,
  )
  vi.stubGlobal('fetch', localFetch)
  const again = await timeline(await lessons.edit!(), run, nowhere)
  await again.dispose()
})
