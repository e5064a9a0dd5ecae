/** No two draws within one call have the same numbers. */
import { type Key, key, labelsOrDrawn, useBackend } from '@gen/backend'
import { draganPenalty, gradientPenalty } from '@gen/losses'
import { ones, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { dcgan, type Gan, gan, mlpDiscriminator, mlpGenerator, pacgan, projectionGan, r3gan, wganGp } from './index.ts'

const drawn = vi.hoisted(() => ({ keys: [] as string[] }))
vi.mock('@gen/backend', async (original) => {
  const backend = await original<typeof import('@gen/backend')>()
  const watch =
    <A extends [Key, ...unknown[]], R>(draw: (...all: A) => R) =>
    (...all: A): R => {
      drawn.keys.push(`${all[0].hi}:${all[0].lo}`)
      return draw(...all)
    }
  const { normal, uniform, bernoulli, randint, normalArray, uniformArray } = backend
  return {
    ...backend,
    ...{ normal: watch(normal), uniform: watch(uniform), bernoulli: watch(bernoulli), randint: watch(randint) },
    ...{ normalArray: watch(normalArray), uniformArray: watch(uniformArray) },
  }
})

beforeAll(async () => {
  await useBackend('cpu')
})

afterEach(() => {
  drawn.keys = []
})

/** Keys drawn from while `call` runs; each once. */
function expectDistinct<T>(atLeast: number, call: () => T): T {
  drawn.keys = []
  const result = call()
  expect(drawn.keys.length).toBeGreaterThanOrEqual(atLeast)
  expect(new Set(drawn.keys).size).toBe(drawn.keys.length)
  return result
}

const image = { shape: [8, 8, 1], latentSize: 2, widths: [4, 4], key: key(0) } as const
const models: Record<string, () => Gan> = {
  wganGp: () => wganGp({ shape: [2], widths: [4], key: key(0) }),
  'dcgan with augmentation': () => dcgan({ ...image, augment: ['color', 'translation', 'cutout'] }),
  projectionGan: () => projectionGan({ ...image, classes: 2 }),
  r3gan: () => r3gan(image),
  pacgan: () => pacgan({ shape: [2], widths: [4], key: key(0) }),
  'two penalties': () =>
    gan({
      generator: mlpGenerator({ shape: [2], latentSize: 2, widths: [4], key: key(0) }),
      discriminator: mlpDiscriminator({ shape: [2], widths: [4], key: key(1) }),
      penalties: [gradientPenalty({ weight: 1 }), draganPenalty({ weight: 1 })],
    }),
}

it.each(Object.keys(models))(
  'a fresh %s has no two kernels alike, and draws its own numbers for all it does',
  async (name) => {
    const model = expectDistinct(4, () => models[name]!())
    const { classes } = model.config
    tidy(() => {
      const x = ones([4, ...model.shape])
      const batch = classes > 0 ? { x, labels: tensor1d([0, 1, 0, 1], 'int32') } : { x }
      for (const player of model.players) expectDistinct(1, () => player.loss(batch, key(1)))
    })
    const samples = await expectDistinct(1, () => model.sample({ count: 70, key: key(1) }))
    samples.dispose()
    model.dispose()
  },
)

it('draws each class as often as the others', () => {
  const counts = new Map<number, number>()
  tidy(() => {
    const labels = labelsOrDrawn('test', undefined, { rows: 3000, classes: 3 }, key(1))!
    for (const label of labels.dataSync()) counts.set(label, (counts.get(label) ?? 0) + 1)
  })
  expect([...counts.keys()].sort()).toEqual([0, 1, 2])
  // Five standard deviations of a count.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt((3000 * 2) / 9))
})
