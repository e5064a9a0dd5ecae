/** Flows of a single number, and remedies that work. */
import { key, normal, useBackend } from '@gen/backend'
import { adam, fit, last } from '@gen/train'
import { add, mean, mul, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  affineCoupling,
  affineUnivariate,
  type Bijector,
  cnf,
  convNetwork,
  coupling,
  denseNetwork,
  elementwise,
  type Flow,
  flowFromConfig,
  iaf,
  logit,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  planar,
  realNvp,
} from './index.ts'
import { contextOf, disposeOf, perturb } from './testing/cases.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const options = { key: key(0), layers: 2 }
const presets: Record<string, (context: number) => Flow> = {
  nice: (context) => nice(1, { ...options, context }),
  realNvp: (context) => realNvp(1, { ...options, context }),
  nsf: (context) => nsf(1, { ...options, context }),
  maf: (context) => maf(1, { ...options, context }),
  iaf: (context) => iaf(1, { ...options, context }),
  nsfAutoregressive: (context) => nsfAutoregressive(1, { ...options, context }),
  cnf: (context) => cnf(1, { key: key(0), hidden: [4], context }),
}

/** The trapezoidal integral of the density. */
function mass(model: Flow, context: number): number {
  const [from, step, count] = [-30, 0.02, 3001]
  return tidy(() => {
    const x = tensor2d(Array.from({ length: count }, (_, i) => [from + i * step]))
    const given = context > 0 ? { context: contextOf(1, context) } : {}
    return [...model.logProb(x, given).dataSync()].reduce((sum, value) => sum + Math.exp(value) * step, 0)
  })
}

describe.each(Object.keys(presets))('%s of one dimension', (name) => {
  it.each([0, 2])('is a density that comes back from its config, with context %i', (context) => {
    const model = presets[name]!(context)
    perturb(model.variables(), key(3))
    expect(mass(model, context)).toBeCloseTo(1, 3)
    const copy = flowFromConfig(JSON.parse(JSON.stringify(model.config)))
    expect(copy.variables().map(({ shape }) => shape)).toEqual(model.variables().map(({ shape }) => shape))
    tidy(() => {
      const given = context > 0 ? { context: contextOf(1, context) } : {}
      const x = model.sample(5, key(4), given)
      expect(model.inverse(model.forward(x, given).value, given).value.dataSync()).toBeAllClose(x.dataSync(), {
        atol: 1e-4,
      })
    })
    model.dispose()
    copy.dispose()
  })
})

it('learns a shifted and scaled normal distribution', async () => {
  const model = realNvp(1, options)
  const at = (i: number) => ({ x: tidy(() => add(mul(normal(key(10 + i), [64, 1]), 0.5), 2)) })
  await last(fit(model, { at }, { steps: 150, optimizer: adam({ learningRate: 0.05 }), key: key(1) }))
  // The entropy of N(2, ½²).
  const expected = 0.5 * Math.log(2 * Math.PI * Math.E * 0.25)
  tidy(() => {
    const x = add(mul(normal(key(7), [2000, 1]), 0.5), 2) as Tensor2D
    expect(-mean(model.logProb(x)).dataSync()[0]!).toBeCloseTo(expected, 1)
  })
  model.dispose()
})

describe('the remedy that an error names is accepted', () => {
  const univariate = affineUnivariate()
  const common = { univariate, key: key(0) }
  const remedies: [wrong: () => Bijector, message: string, right: () => Bijector][] = [
    [() => coupling(1, common), 'use elementwise', () => elementwise(1, { univariate })],
    [() => coupling(1, { ...common, mask: 'checkerboard' }), 'use elementwise', () => elementwise(1, { univariate })],
    [
      () => coupling([1, 1, 1], { ...common, mask: 'checkerboard' }),
      'use elementwise',
      () => elementwise([1, 1, 1], { univariate }),
    ],
    [
      () => coupling([2, 2, 1], common),
      'pass mask: "checkerboard"',
      () => coupling([2, 2, 1], { ...common, mask: 'checkerboard' }),
    ],
    [
      () => coupling(2, { ...common, mask: [true, true] }),
      'pass mask: "half"',
      () => coupling(2, { ...common, mask: 'half' }),
    ],
    [
      () => affineCoupling(4, { key: key(0), network: convNetwork() }),
      'use denseNetwork',
      () => affineCoupling(4, { key: key(0), network: denseNetwork() }),
    ],
  ]

  it.each(remedies.map(([wrong, message, right]) => [message, wrong, right] as const))(
    '%s',
    (message, wrong, right) => {
      expect(wrong).toThrow(message)
      disposeOf(right())
    },
  )

  it('of a context and of a domain', () => {
    const layer = planar(2, { key: key(0), context: 3 })
    const x = tensor2d([[1, 2]])
    const context = tensor2d([[1, 2, 3]])
    expect(() => layer.forward(x)).toThrow('pass { context }')
    expect(() => logit(2).forward(x)).toThrow('pass check: false to clamp')
    tidy(() => {
      expect(layer.forward(x, { context }).value.shape).toEqual([1, 2])
      expect(logit(2, { check: false }).forward(x).value.dataSync()[1]).toBeGreaterThan(10)
    })
    x.dispose()
    context.dispose()
    disposeOf(layer)
  })
})
