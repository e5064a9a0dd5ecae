/** No two draws within one call have the same numbers. */
import { bernoulli, fold, type Key, key, normal, useBackend } from '@gen/backend'
import { type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import {
  affineCoupling,
  cnf,
  convNetwork,
  flow,
  forwardKl,
  glow,
  imageFlow,
  logit,
  maf,
  nsf,
  reverseKl,
  variationalDequantizer,
} from './index.ts'

const drawn = vi.hoisted(() => ({ keys: [] as string[] }))
vi.mock('@gen/backend', async (original) => {
  const backend = await original<typeof import('@gen/backend')>()
  const watch =
    <A extends [Key, ...unknown[]], R>(draw: (...all: A) => R) =>
    (...all: A): R => {
      drawn.keys.push(`${all[0].hi}:${all[0].lo}`)
      return draw(...all)
    }
  const { uniform } = backend
  return { ...backend, normal: watch(backend.normal), bernoulli: watch(backend.bernoulli), uniform: watch(uniform) }
})

beforeAll(async () => {
  await useBackend('cpu')
})

afterEach(() => {
  drawn.keys = []
})

/** Keys drawn from while `call` runs; each once. */
function expectDistinct(atLeast: number, call: () => void): void {
  drawn.keys = []
  tidy(call)
  expect(drawn.keys.length).toBeGreaterThanOrEqual(atLeast)
  expect(new Set(drawn.keys).size).toBe(drawn.keys.length)
}

it('is told of draws', () => {
  expect(() =>
    expectDistinct(2, () => {
      normal(key(1), [2]).dispose()
      bernoulli(key(1), [2], { p: 0.5 }).dispose()
    }),
  ).toThrow()
  expectDistinct(2, () => {
    normal(key(1), [2]).dispose()
    normal(fold(key(1), 0), [2]).dispose()
  })
})

it('a continuous flow samples with other noise than it estimates traces by', () => {
  const model = cnf(2, { hidden: [4], trace: 'hutchinson', steps: 2, key: key(0) })
  expectDistinct(2, () => model.sample(3, key(1)).dispose())
  const base = {
    size: 2,
    sample: (count: number, k: Key) => normal(fold(k, 0), [count, 2]) as Tensor2D,
    logProb: model.logProb,
  }
  const given = cnf(2, { hidden: [4], trace: 'hutchinson', steps: 2, base, key: key(0) })
  expectDistinct(2, () => given.sample(3, key(1)).dispose())
  for (const variable of given.variables()) variable.dispose()
  const forward = forwardKl(model)
  const x = normal(key(3), [3, 2]) as Tensor2D
  expectDistinct(1, () => forward.players[0]!.loss({ x }, key(1)).total.dispose())
  const reverse = reverseKl(model, { logDensity: (y) => model.logProb(y), count: 3 })
  expectDistinct(2, () => reverse.players[0]!.loss({}, key(1)).total.dispose())
  x.dispose()
  model.dispose()
})

it('each sample of a bound has noise of its own, beside that of the model', () => {
  const shape = [4, 4, 1] as const
  const network = convNetwork({ width: 4, blocks: 1 })
  const layer = affineCoupling(shape, { mask: 'checkerboard', context: 1, network, key: key(0) })
  const noise = flow({ transforms: [logit(shape), layer] })
  const dequantizer = variationalDequantizer(noise as never)
  const inner = glow(shape, { levels: 1, steps: 1, network, key: key(1) })
  const model = imageFlow({ flow: inner, dequantizer })
  const x = inner.sample(2, key(2))
  expectDistinct(3, () => model.logProb(x, { key: key(3), samples: 3 }).dispose())
  x.dispose()
  for (const variable of model.variables()) variable.dispose()
})

it.each([
  ['glow', () => glow([4, 4, 1], { network: convNetwork({ width: 4 }), key: key(0) })],
  ['nsf', () => nsf(4, { key: key(0) })],
  ['maf', () => maf(4, { context: 2, key: key(0) })],
  ['cnf', () => cnf(4, { hidden: [5, 5], key: key(0) })],
] as const)('no two kernels of a fresh %s are alike', (_, make) => {
  expectDistinct(2, () => {
    const model = make()
    for (const variable of model.variables()) variable.dispose()
  })
})
