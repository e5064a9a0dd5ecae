/** Every lesson as a tape, in Node: the same weights however one comes to a step, and nothing left behind. */
import { existsSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { engine } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fields as answers } from '../pages/answers/settings.ts'
import { fields as diffusion } from '../pages/diffusion/settings.ts'
import { fields as digits } from '../pages/digits/settings.ts'
import { fields as edit } from '../pages/edit/settings.ts'
import { fields as fill } from '../pages/fill/settings.ts'
import { fields as flow } from '../pages/flow/settings.ts'
import { fields as game } from '../pages/game/settings.ts'
import { fields as gan } from '../pages/gan/settings.ts'
import { fields as latent } from '../pages/latent/settings.ts'
import { fields as line } from '../pages/line/settings.ts'
import { fields as own } from '../pages/own/settings.ts'
import { fields as spaces } from '../pages/spaces/settings.ts'
import { type Fields, initialSettings, type Settings } from '../run/fields.ts'
import type { Run } from '../run/run.ts'
import { localFetch, localSite } from '../testing/local-site.ts'
import { lessons } from './lessons.ts'
import { timeline } from './timeline.ts'

/** What is trained here: the lesson's own table, small, and an edit. */
const cases: { name: string; fields: Fields; small: Settings; edit: Settings }[] = [
  { name: 'gan', fields: gan, small: { width: 8, batch: 16, penalty: 'none', waves: 2 }, edit: { k: 2, rate: 0.01 } },
  { name: 'line', fields: line, small: { width: 8, batch: 16 }, edit: { players: 'discriminator' } },
  { name: 'flow', fields: flow, small: { width: 8, batch: 16, depth: 2 }, edit: { data: 'drawn' } },
  { name: 'diffusion', fields: diffusion, small: { width: 8, batch: 16, layers: 1 }, edit: { loss: 'l1' } },
  { name: 'answers', fields: answers, small: { width: 8, batch: 16 }, edit: { rate: 0.01 } },
  { name: 'fill', fields: fill, small: { steps: 3 }, edit: { missing: 'colors', face: '3' } },
  { name: 'game', fields: game, small: { width: 8, batch: 16 }, edit: { odds: 'even', rate: 0.01 } },
  { name: 'latent', fields: latent, small: { draws: 3 }, edit: { deviation: 0.5 } },
  { name: 'digits', fields: digits, small: { steps: 3 }, edit: { steps: 4 } },
  { name: 'edit', fields: edit, small: { batch: 16 }, edit: { faces: 'correlated', project: 'on' } },
  { name: 'own', fields: own, small: { width: 8, batch: 4 }, edit: { batch: 2, rate: 0.01 } },
  { name: 'spaces', fields: spaces, small: { ridge: 1 }, edit: { method: 'orthogonal', pins: '3.40' } },
]

const wish = { resolution: 8, layers: ['field', 'mesh', 'arrows', 'density', 'samples', 'grid', 'data', 'guess'] }

beforeAll(async () => {
  vi.stubGlobal('fetch', localFetch)
  await useBackend('simd')
  // As most lessons have it.
  await setThreads(1)
})
afterAll(() => vi.unstubAllGlobals())

describe.each(cases)('$name', ({ name, fields, small, edit }) => {
  const run: Run = { seed: 3, settings: { ...initialSettings(fields), ...small }, tape: [] }
  const begin = async (from: Run = run) => timeline(await lessons[name]!(), from, localSite)

  it('comes to the same weights forwards, back and forth, and from its tape', async () => {
    const before = engine().state.numTensors
    const first = await begin()
    const go = async (to: number) => {
      while (first.step < to) await first.advance()
    }
    await go(20)
    await first.edit(edit)
    await go(60)
    const bits = await first.bits()
    await first.pictures(wish)
    expect(await first.bits()).toBe(bits)
    await go(70)
    await first.toward(25)
    await go(60)
    expect(await first.bits()).toBe(bits)
    expect(first.run.tape).toEqual([{ step: 20, set: edit }])
    await first.dispose()

    const second = await begin(first.run)
    while (second.step < 60) await second.advance()
    expect(await second.bits()).toBe(bits)
    await second.dispose()
    expect(engine().state.numTensors).toBe(before)
  })

  it('shows numbers and arrays that are numbers', async () => {
    const one = await begin()
    await one.advance()
    const { arrays, numbers } = await one.pictures(wish)
    for (const [what, values] of Object.entries(arrays)) expect(values.every(Number.isFinite), what).toBe(true)
    expect(Object.keys(numbers).length).toBeGreaterThan(1)
    await one.dispose()
  })
})

describe('Figure 1', () => {
  it('has a D that comes to D* when it plays alone, and then the value of the game is 2 JSD − log 4', async () => {
    const settings = { ...initialSettings(line), players: 'discriminator', penalty: 'none', rate: 0.005 }
    const game = await timeline(await lessons.line!(), { seed: 0, settings, tape: [] })
    const look = async () => (await game.pictures({ resolution: 8, layers: [] })).numbers
    const before = await look()
    while (game.step < 500) await game.advance()
    const { miss, value, best, divergence } = await look()
    await game.dispose()
    expect(before.miss).toBeGreaterThan(0.1)
    expect(miss).toBeLessThan(0.05)
    expect(best).toBeCloseTo(2 * divergence! - Math.log(4), 2)
    expect(value).toBeGreaterThan(best! - 0.02)
    expect(value).toBeLessThanOrEqual(best! + 1e-6)
  })
})

describe('the flow', () => {
  it('sums the terms of a point to its log p', async () => {
    const settings = { ...initialSettings(flow), width: 8, depth: 3 }
    const model = await timeline(await lessons.flow!(), { seed: 0, settings, tape: [] })
    while (model.step < 30) await model.advance()
    const { arrays, numbers } = await model.pictures({ resolution: 64, layers: ['density'], probe: [-1.1875, 0.8125] })
    await model.dispose()
    // The probe is the center of a cell of the field.
    const [column, row] = [(-1.1875 / 4 + 1) * 32 - 0.5, (0.8125 / 4 + 1) * 32 - 0.5]
    const sum = numbers.base! + arrays.logDets!.reduce((total, value) => total + value, 0)
    expect(sum).toBeCloseTo(Math.log(arrays.density![row * 64 + column]!), 4)
  })
})

describe('the mean over draws', () => {
  it('is within three standard errors of the integral, and its error falls with the root of n', async () => {
    const tally = await timeline(await lessons.latent!(), {
      seed: 5,
      settings: { ...initialSettings(latent), draws: 100 },
      tape: [],
    })
    const errors: number[] = []
    for (const steps of [10, 90, 900]) {
      let last: Readonly<Record<string, number>> = {}
      for (let i = 0; i < steps; i++) last = (await tally.advance()).estimate!
      expect(last.miss).toBeLessThan(3 * last.error!)
      errors.push(last.error!)
    }
    await tally.dispose()
    expect(Math.log10(errors[1]! / errors[0]!)).toBeCloseTo(-0.5, 1)
    expect(Math.log10(errors[2]! / errors[1]!)).toBeCloseTo(-0.5, 1)
  })
})

it('has a lesson for every page that is linked', async () => {
  expect(existsSync(new URL('../pages/pages.ts', import.meta.url))).toBe(true)
  const { pages } = await import('../pages/pages.ts')
  expect(Object.keys(lessons).sort()).toEqual(pages.map(({ name }) => name).sort())
})
