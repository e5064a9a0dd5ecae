/** No two draws within one call have the same numbers. */
import { type Key, key, useBackend } from '@gen/backend'
import { ones, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { ddim, diffusion, pointDenoiser } from './index.ts'

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

it('a loss draws times, noise and dropped labels apart, and sampling each step of each row', async () => {
  const network = expectDistinct(3, () => pointDenoiser({ size: 2, classes: 2, hidden: [4, 4, 4], key: key(0) }))
  const model = diffusion({ network, classes: 2, dropLabel: 0.5 })
  tidy(() => {
    const batch = { x: ones([4, 2]), labels: tensor1d([0, 1, 0, 1], 'int32') }
    expectDistinct(3, () => model.players[0].loss(batch, key(1)))
  })
  const sample = expectDistinct(0, () => model.sample({ count: 3, key: key(1), sampler: ddim({ steps: 4, eta: 1 }) }))
  ;(await sample).dispose()
  expect(drawn.keys).toHaveLength(5)
  expect(new Set(drawn.keys).size).toBe(5)
  network.dispose()
})
