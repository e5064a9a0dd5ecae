/** The game: drawn moves are moves, at the odds that they have; the mean is none. */
import { useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { beforeAll, expect, it } from 'vitest'
import { initialSettings } from '../../run/fields.ts'
import { lessons } from '../../trainer/lessons.ts'
import { timeline } from '../../trainer/timeline.ts'
import { fields } from './settings.ts'

beforeAll(async () => {
  await useBackend('simd')
  // As the page does.
  await setThreads(1)
})

it('learns to go left or right, half and half, where the mean is to stay; at the border it stays as often', async () => {
  const settings = { ...initialSettings(fields), odds: 'sides', width: 48, batch: 128 }
  const run = await timeline(await lessons.game!(), { seed: 0, settings, tape: [] })
  while (run.step < 500) await run.advance()
  const wish = { resolution: 1, layers: [] }
  const [inside, border] = [await run.pictures({ ...wish, probe: [14] }), await run.pictures({ ...wish, probe: [12] })]
  await run.dispose()
  expect([...inside.arrays.truth!]).toEqual([0, 0, 0, 0.5, 0.5])
  expect([...border.arrays.truth!]).toEqual([0.5, 0, 0, 0, 0.5])
  for (const { numbers } of [inside, border]) {
    expect(numbers.moves).toBeGreaterThan(0.9)
    expect(numbers.apart).toBeLessThan(0.15)
  }
  expect(inside.numbers.astray).toBeGreaterThan(0.8)
  expect(border.numbers.astray).toBeGreaterThan(0.3)
})
