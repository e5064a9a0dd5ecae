/** Laws of flows and presets. @module */
import { type Key, key, normal, useBackend } from '@gen/backend'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { adam, fit, last, noBatches, readWeights, type Trainable, writeWeights } from '@gen/train'
import {
  add,
  mean,
  memory,
  mul,
  neg,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  affine,
  affineCoupling,
  affineUnivariate,
  cnf,
  convNetwork,
  coupling,
  denseNetwork,
  elementwise,
  type Flow,
  flow,
  flowFromConfig,
  forwardKl,
  glow,
  iaf,
  inverse,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  realNvp,
  reverseKl,
} from './index.ts'
import { contextOf, eventsIn, perturb } from './testing/cases.ts'
import { jacobians, logAbsDet } from './testing/jacobian.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const batch = 3
const network = denseNetwork({ hidden: [12], activation: 'tanh' })
const hidden = { hidden: [12], activation: 'tanh' } as const

interface Preset {
  name: string
  make(k: Key, context: number): Flow<Tensor>
}

const presets: Preset[] = [
  { name: 'nice', make: (k, context) => nice(3, { key: k, network, context }) },
  { name: 'realNvp', make: (k, context) => realNvp(3, { key: k, network, context, slope: 0.05 }) },
  { name: 'maf', make: (k, context) => maf(3, { key: k, ...hidden, context }) },
  { name: 'iaf', make: (k, context) => iaf(3, { key: k, ...hidden, context }) },
  { name: 'nsf', make: (k, context) => nsf(3, { key: k, network, context, bins: 5 }) },
  { name: 'nsfAutoregressive', make: (k, context) => nsfAutoregressive(3, { key: k, ...hidden, context, bins: 5 }) },
  { name: 'cnf', make: (k, context) => cnf(3, { key: k, hidden: [8], context }) },
  {
    name: 'glow',
    make: (k, context) => {
      return glow([4, 4, 1], {
        key: k,
        context,
        steps: 1,
        network: convNetwork({ width: 8, blocks: 1 }),
      })
    },
  },
]

describe.each(presets.flatMap((preset) => [0, 2].map((context) => ({ ...preset, context }))))(
  '$name with a context of $context',
  ({ make, context }) => {
    function withFlow(law: (model: Flow<Tensor>, x: Tensor, given: object) => void): void {
      const model = make(key(1), context)
      perturb(model.variables(), key(2))
      const x = eventsIn(model.domain, model.shape, batch, key(3))
      const given = context > 0 ? { context: contextOf(1, context) } : {}
      try {
        tidy(() => law(model, x, given))
      } finally {
        model.dispose()
        x.dispose()
        given.context?.dispose()
      }
    }

    it('has the density that the change of variables says', () => {
      withFlow((model, x, given) => {
        const determinants = jacobians((t) => model.encode(t, given), x).map(logAbsDet)
        const normalLog = (z: number[]) => z.reduce((total, v) => total - 0.5 * (v * v + Math.log(2 * Math.PI)), 0)
        const latents = model.encode(x, given).arraySync()
        const expected = latents.map((z, i) => normalLog(z) + determinants[i]!)
        expect(model.logProb(x, given).dataSync()).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-3 })
        expect(model.decode(model.encode(x, given), given).dataSync()).toBeAllClose(x.dataSync(), { atol: 1e-4 })
      })
    })

    it('says the density of what it samples', () => {
      withFlow((model, _, given) => {
        const { value, logProb } = model.sampleWithLogProb(batch, key(4), given)
        expect(value.shape).toEqual([batch, ...model.shape])
        expect(value.dataSync()).toBeAllClose(model.sample(batch, key(4), given).dataSync(), { atol: 1e-4 })
        expect(logProb.dataSync()).toBeAllClose(model.logProb(value, given).dataSync(), { rtol: 1e-3, atol: 2e-3 })
        const [first] = model.sample(1, key(4), given).arraySync() as number[][]
        const [again] = model.sample(batch, key(4), given).arraySync() as number[][]
        expect(first!.flat(3)).toBeAllClose(again!.flat(3), { atol: 1e-4 })
      })
    })
  },
)

describe('flow', () => {
  it('leaves nothing behind but what it returns', () => {
    const model = nsf(2, { key: key(1), network })
    const before = memory().numTensors
    const x = model.sample(3, key(0))
    const both = model.sampleWithLogProb(3, key(0))
    const there = model.forward(x)
    const back = model.inverse(there.value)
    const others = [model.logProb(x), model.encode(x), model.decode(there.value)]
    expect(memory().numTensors).toBe(before + 10)
    const all = [x, both.value, both.logProb, there.value, there.logDet, back.value, back.logDet, ...others]
    for (const result of all) result.dispose()
    model.dispose()
  })

  it('is saved and loaded by its config and weights', async () => {
    const model = maf(3, { key: key(1), ...hidden })
    perturb(model.variables(), key(2))
    const bytes = encodeSafetensors(await readWeights(model))
    const copy = flowFromConfig(JSON.parse(JSON.stringify(model.config)))
    writeWeights(copy, decodeSafetensors(bytes).tensors)
    tidy(() => {
      const x = normal(key(3), [5, 3]) as Tensor2D
      expect(copy.logProb(x).dataSync()).toEqual(model.logProb(x).dataSync())
    })
    model.dispose()
    copy.dispose()
  })

  it('draws calmer samples at a lower temperature, of the density it says', () => {
    const model = flow({ transforms: affine(2, { scale: [2, 0.5], shift: [1, 0] }) })
    tidy(() => {
      const { value, logProb } = model.sampleWithLogProb(4, key(0), { temperature: 0.5 })
      const base = normal(key(0), [4, 2])
      // x = (0.5·z − shift)/scale: normal with mean −shift/scale and deviation 0.5/scale.
      expect(value.dataSync()).toBeAllClose(sub(mul(base, tensor2d([[0.25, 1]])), tensor2d([[0.5, 0]])).dataSync(), {
        atol: 1e-6,
      })
      const expected = sub(mul(sum(square(base), 1), -0.5), Math.log(2 * Math.PI) + Math.log(0.25))
      expect(logProb.dataSync()).toBeAllClose(expected.dataSync())
    })
  })

  it('takes another flow, or any prior, as its base', () => {
    const inner = flow({ transforms: affine(2, { scale: 2 }) })
    const outer = flow({ base: inner, transforms: affine(2, { scale: 3 }) })
    const both = flow({ transforms: affine(2, { scale: 6 }) })
    tidy(() => {
      const x = normal(key(0), [4, 2]) as Tensor2D
      expect(outer.logProb(x).dataSync()).toBeAllClose(both.logProb(x).dataSync())
    })
    expect(() => flowFromConfig(outer.config)).toThrow(/expected a base/)
    expect(() => flow({ base: inner, transforms: affine(3) })).toThrow(
      'flows.flow: expected a base of size 3, as the events, got 2; make the base of that size',
    )
  })

  it('refuses what is not its config', () => {
    expect(() => flowFromConfig({ kind: 'vae' })).toThrow(expect.objectContaining({ code: 'config' }))
    const strange = {
      kind: 'flow',
      classes: 0,
      base: { kind: 'standardNormal' },
      transforms: [{ kind: '__proto__', shape: [2] }],
    }
    expect(() => flowFromConfig(strange)).toThrow(/expected a bijector of actnorm/)
    const wrong = { ...strange, transforms: [{ kind: 'householder', shape: [2], reflections: -1 }] }
    expect(() => flowFromConfig(wrong)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('initializes actnorm level by level, to mean 0 and variance 1', () => {
    const model = glow([4, 4, 1], { key: key(1), steps: 2, levels: 1, network: convNetwork({ width: 8 }) })
    tidy(() => {
      const x = eventsIn(model.domain, model.shape, 64, key(3)) as Tensor4D
      model.initialize(x)
      // Couplings start as the identity, and a rotation keeps the mean of the squares.
      const z = model.encode(x)
      expect(mean(z).dataSync()[0]).toBeCloseTo(0, 1)
      expect(mean(square(z)).dataSync()[0]).toBeCloseTo(1, 1)
    })
    model.dispose()
  })

  it('learns a shifted normal from data, a step at a time', async () => {
    const model = realNvp(2, { key: key(0), layers: 2, network, context: 0 })
    const draw = (k: Key) => tidy(() => add(mul(normal(k, [128, 2]), 0.5), 1) as Tensor2D)
    const batches = { at: (i: number) => ({ x: draw(key(i)) }) }
    await last(fit(model, batches, { steps: 150, optimizer: adam({ learningRate: 0.02 }), key: key(1) }))
    // The entropy of N(1, 0.5²·I) in nats.
    const entropy = Math.log(2 * Math.PI * Math.E * 0.25)
    const loss = tidy(() => neg(mean(model.logProb(draw(key(999))))).dataSync()[0]!)
    expect(loss).toBeLessThan(entropy + 0.15)
    model.dispose()
  })

  it('learns the conditional mean from a context', async () => {
    const scaling = elementwise(1, { univariate: affineUnivariate(), context: 1, network, key: key(0) })
    const model = flow({ transforms: scaling })
    const batches = {
      at: (i: number) =>
        tidy(() => {
          const c = normal(key(i), [128, 1])
          return { x: add(mul(normal(key(10_000 + i), [128, 1]), 0.1), mul(c, 2)), c }
        }),
    }
    const task: Trainable<{ x: Tensor; c: Tensor }> = forwardKl(model, { context: ({ c }) => c })
    await last(fit(task, batches, { steps: 200, optimizer: adam({ learningRate: 0.02 }), key: key(1) }))
    tidy(() => {
      const context = tensor2d([[-1], [0.5]])
      const means = model.decode(tensor2d([[0], [0]]), { context })
      expect(means.dataSync()).toBeAllClose([-2, 1], { atol: 0.2 })
    })
    model.dispose()
  })

  it('fits an unnormalized density by reverse KL, and finds its constant', async () => {
    const scaling = elementwise(2, { univariate: affineUnivariate() })
    const model = flow({ transforms: inverse(scaling) })
    // N((1, −1), diag(2², 0.5²)) times its constant 2π: log Z = log 2π.
    const logDensity = (x: Tensor2D) => {
      return mul(sum(square(mul(sub(x, tensor2d([[1, -1]])), tensor2d([[0.5, 2]]))), 1), -0.5) as Tensor1D
    }
    const task = reverseKl(model, { logDensity, count: 64 })
    const end = await last(fit(task, noBatches, { steps: 300, optimizer: adam({ learningRate: 0.03 }), key: key(1) }))
    expect(end.step).toBe(300)
    tidy(() => {
      const { value, logProb } = model.sampleWithLogProb(256, key(5))
      expect(mean(sub(logProb, logDensity(value))).dataSync()[0]).toBeCloseTo(-Math.log(2 * Math.PI), 1)
      expect(mean(value, 0).dataSync()).toBeAllClose([1, -1], { atol: 0.4 })
    })
    model.dispose()
  })

  it('says what does not fit', () => {
    expect(() => flow({ transforms: [] })).toThrow(/expected at least one bijector/)
    const message =
      'flows.chain: expected transform 1 (affine) to take what transform 0 (affine) gives, got shapes [2] and [3]'
    expect(() => flow({ transforms: [affine(2), affine(3)] })).toThrow(message)
    expect(() => coupling(1, { univariate: affineUnivariate(), key: key(0) })).toThrow(/at least 2 features/)
    const one = affineCoupling(2, { key: key(0), context: 1 })
    const two = affineCoupling(2, { key: key(0), context: 2 })
    expect(() => flow({ transforms: [one, two] })).toThrow(/expected one size of context, got 1 and 2/)
    for (const variable of [...one.variables(), ...two.variables()]) variable.dispose()
  })
})
