/** Two spaces: what the page says of support sets is so. */
import { key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { fitLinearMap } from '@gen/latent-tools'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { shippedModel } from '../../models/shipped.ts'
import { initialSettings } from '../../run/fields.ts'
import { localFetch, localSite } from '../../testing/local-site.ts'
import { type BothSpaces, bothSpaces, picked } from './codes.ts'
import { fittedMaps, imageErrors } from './maps.ts'
import { fields, type SpacesSettings } from './settings.ts'
import { readPins, writePins } from './view.ts'

let spaces: BothSpaces
let close: () => void

beforeAll(async () => {
  vi.stubGlobal('fetch', localFetch)
  await useBackend('simd')
  // As the page does.
  await setThreads(1)
  const { own: gan } = await shippedModel(localSite, 'faces-gan', 'gan')
  const { own: vae } = await shippedModel(localSite, 'faces-vae', 'vae')
  spaces = bothSpaces(gan, vae, key(5))
  close = () => {
    gan.dispose()
    vae.dispose()
  }
})
afterAll(() => {
  close()
  vi.unstubAllGlobals()
})

const settings = (set: Partial<SpacesSettings> = {}): SpacesSettings => ({
  ...(initialSettings(fields) as SpacesSettings),
  ...set,
})

it('the error falls with the support set, below every baseline and towards the encoder’s', () => {
  const maps = fittedMaps(spaces, key(1))
  const errors = imageErrors(spaces)
  const [few, some, many] = [8, 64, 512].map((count) => errors(maps.at(settings(), count)))
  expect(some!.mapped).toBeLessThan(few!.mapped)
  expect(many!.mapped).toBeLessThan(some!.mapped)
  expect(many!.mapped).toBeLessThan(many!.nearest / 2)
  expect(many!.mapped).toBeLessThan(0.6 * many!.meanImage)
  expect(many!.mapped).toBeLessThan(1.4 * many!.target)
  expect(maps.at(settings(), 512).r2).toBeGreaterThan(0.55)
})

it('points chosen by hand give the map that the package gives of them', () => {
  const pins = [3, 1, 40, 17, 22, 9, 30, 5]
  const { support, weights } = fittedMaps(spaces, key(1)).at(settings({ rule: 'hand', pins: writePins(pins) }), 100)
  expect(support).toEqual(pins)
  const { points } = spaces
  const map = fitLinearMap({ a: picked(points.a, pins), b: picked(points.b, pins) }, { method: 'ridge', ridge: 10 })
  expect(weights).toEqual(Float32Array.from([...map.matrix.data, ...map.bias]))
})

it('pinned faces come first, each once, and a larger set begins with the smaller one', () => {
  const maps = fittedMaps(spaces, key(1))
  for (const rule of ['random', 'farthest', 'dOptimal'] as const) {
    const all = maps.at(settings({ rule, pins: '7.2' }), 60).support
    expect(all.slice(0, 2)).toEqual([7, 2])
    expect(new Set(all).size).toBe(60)
    expect(maps.at(settings({ rule, pins: '7.2' }), 30).support).toEqual(all.slice(0, 30))
  }
})

it('a rotation is not enough', () => {
  const maps = fittedMaps(spaces, key(1))
  const errors = imageErrors(spaces)
  const [turned, free] = (['orthogonal', 'ridge'] as const).map((method) => errors(maps.at(settings({ method }), 512)))
  expect(turned!.mapped).toBeGreaterThan(1.2 * free!.mapped)
})

it('reads pins whatever is typed', () => {
  expect(readPins('3.17.3.99.x.')).toEqual([3, 17])
  expect(readPins(writePins([5, 0]))).toEqual([5, 0])
})
