/** No two draws within one call have the same numbers; every row is treated alike beyond the size of a chunk. */
import { type Key, key, useBackend } from '@gen/backend'
import { gaussianLikelihood } from '@gen/losses'
import { dispose, ones, slice, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { conditionalVae, iwae, mlpNetworks, rae, standardVae, type Vae, vqVae, wae } from './index.ts'

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

const sizes = { shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) }
const models: Record<string, () => Vae> = {
  standardVae: () => standardVae({ ...sizes, likelihood: gaussianLikelihood() }),
  conditionalVae: () => conditionalVae({ ...sizes, classes: 2 }),
  iwae: () => iwae(sizes),
  wae: () => wae(sizes),
  rae: () => rae({ ...sizes, penalty: 'gradient' }),
  vqVae: () => vqVae({ ...sizes, size: 2, codes: 3 }),
}

it.each(Object.keys(models))(
  'a fresh %s has no two kernels alike, and draws its own numbers for all it does',
  async (name) => {
    const model = expectDistinct(4, () => models[name]!())
    tidy(() => {
      const labels = model.parts.classes > 0 ? { labels: tensor1d([0, 1], 'int32') } : {}
      const [player] = model.players
      expectDistinct(name === 'rae' ? 0 : 1, () => player.loss({ x: ones([2, 3]), ...labels }, key(1)))
    })
    const sample = await expectDistinct(2, () => model.sample({ count: 2, key: key(1), noise: true }))
    sample.dispose()
    model.dispose()
  },
)

it('tells each row of a large sample its own class', async () => {
  const model = models.conditionalVae!()
  const labels = Array.from({ length: 600 }, (_, i) => Number(i >= 300))
  const z = model.parts.prior.sample(600, key(2))
  const sampler = { size: 2, sample: () => z.clone() }
  const wish = { count: 600, key: key(1) }
  const all = await model.sample({ ...wish, labels })
  const whole = await model.sample({ ...wish, labels, sampler })
  const other = await model.sample({ ...wish, labels: 0, sampler })
  tidy(() => {
    const parts = [0, 200, 400].flatMap((start) => {
      const rows = slice(z, [start, 0], [200, 2])
      return [...model.decode(rows, { labels: labels.slice(start, start + 200) }).dataSync()]
    })
    expect(all.shape).toEqual([600, 3])
    expect(whole.dataSync()).toBeAllClose(parts)
    const [a, b] = [whole.dataSync(), other.dataSync()]
    const differ = Array.from({ length: 600 }, (_, i) => a[3 * i] !== b[3 * i])
    expect(differ).toEqual(labels.map((label) => label === 1))
  })
  dispose([z, all, whole, other])
  model.dispose()
})

it('weighs each item with its own class, over as many draws as cross a chunk', async () => {
  const model = models.conditionalVae!()
  const x = ones([3, 3])
  const labels = [0, 1, 0]
  const options = { samples: 400, key: key(1) }
  const { value } = await model.logMarginal(x, { ...options, labels })
  const [zeros, ones1] = [0, 1].map((label) => model.logMarginal(x, { ...options, labels: label }))
  const [of0, of1] = [(await zeros!).value, (await ones1!).value]
  expect([...value]).toEqual([of0[0], of1[1], of0[2]])
  expect(of0[1]).not.toBe(of1[1])
  x.dispose()
  model.dispose()
})
