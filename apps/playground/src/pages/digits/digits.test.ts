/** Digits: two ways from the same noise, and samplers that agree the more steps they take. */
import { key, normal, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { ddim, dpmSolver2M, type Sampler } from '@gen/diffusion'
import { dispose, tidy, tile } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { shippedModel } from '../../models/shipped.ts'
import { initialSettings } from '../../run/fields.ts'
import { localFetch, localSite } from '../../testing/local-site.ts'
import type { Pictures } from '../../trainer/lesson.ts'
import { lessons } from '../../trainer/lessons.ts'
import { timeline } from '../../trainer/timeline.ts'
import { readTensor } from '../recorded.ts'
import { fields } from './settings.ts'
import { classes, counts, end, pixels, samplerNames } from './view.ts'

beforeAll(async () => {
  vi.stubGlobal('fetch', localFetch)
  await useBackend('simd')
  await setThreads(1)
})
afterAll(() => vi.unstubAllGlobals())

/** First and last picture of a run. */
async function ends(set: object, layers: string[] = []): Promise<{ first: Pictures; last: Pictures }> {
  const settings = { ...initialSettings(fields), ...set }
  const run = await timeline(await lessons.digits!(), { seed: 0, settings, tape: [] }, localSite)
  const first = await run.pictures({ resolution: 1, layers: [] })
  while (run.step < end) await run.advance()
  const last = await run.pictures({ resolution: 1, layers })
  await run.dispose()
  return { first, last }
}

const apart = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length)

it('both begin with the same noise and end with what they took it for; neither way is far from straight', async () => {
  const { first, last } = await ends({ guidance: 1 })
  expect(first.arrays.cosineNoisy).toBeAllClose(first.arrays.flowNoisy!, { atol: 0.05 })
  expect(first.arrays.cosineGuess).not.toEqual(last.arrays.cosineGuess)
  expect(last.arrays.cosineNoisy).toEqual(last.arrays.cosineGuess)
  expect([last.numbers.cosineLeft, last.numbers.flowLeft]).toEqual([0, 0])
  expect(first.numbers.flowLeft).toBeGreaterThan(0.1)
  for (const way of [last.numbers.cosineWay, last.numbers.flowWay]) {
    expect(way).toBeGreaterThanOrEqual(1)
    expect(way).toBeLessThan(1.3)
  }
})

it('of one step all samplers without fresh noise make the same, and of twenty the one with fresh noise makes another', async () => {
  const { last } = await ends({ steps: 1 }, ['table'])
  const size = pixels ** 2
  const cell = (name: (typeof samplerNames)[number], count: number) => {
    const at = samplerNames.indexOf(name) * counts.length + counts.indexOf(count)
    return last.arrays.table!.slice(at * size, (at + 1) * size)
  }
  // Of one step both are x̂₀ of the noise.
  expect(apart(cell('ddim', 1), cell('dpmSolver2M', 1))).toBeLessThan(1e-3)
  expect(apart(cell('ddim', 20), cell('ddpmAncestral', 20))).toBeGreaterThan(
    3 * apart(cell('ddim', 20), cell('dpmSolver2M', 20)),
  )
})

it('samplers without fresh noise agree the more steps they take, over ten digits', async () => {
  const { own: model } = await shippedModel(localSite, 'digits-cosine', 'diffusion')
  const noise = tidy(() => tile(normal(key(3), [1, pixels, pixels, 1]), [classes, 1, 1, 1]))
  const labels = Array.from({ length: classes }, (_, label) => label)
  const draw = async (sampler: Sampler) => {
    const drawn = await model.sample({ count: classes, labels, guidance: 2, noise, clip: true, sampler, key: key(0) })
    return readTensor(drawn).finally(() => drawn.dispose())
  }
  // Both go to the same end as steps get small. Of a single digit few steps may agree by chance, and twenty less than ten.
  const differ: number[] = []
  for (const steps of [5, 20, 40]) differ.push(apart(await draw(ddim({ steps })), await draw(dpmSolver2M({ steps }))))
  expect(differ[1]).toBeLessThan(differ[0]!)
  expect(differ[2]).toBeLessThan(differ[1]!)
  dispose(noise)
  model.dispose()
})
