/** No config, however broken, ends in anything but a model that has it, or a clear error at once that leaves nothing. */
import { GenError, key, useBackend } from '@gen/backend'
import {
  cosine,
  type DiffusionOptions,
  dataPrediction,
  diffusion,
  diffusionFromConfig,
  discreteSchedule,
  edmPrediction,
  edmWeighting,
  flowPrediction,
  huber,
  importanceTimes,
  l1,
  linear,
  logitNormalTimes,
  logNormalTimes,
  logSnrLinear,
  minSnrWeighting,
  p2Weighting,
  pointDenoiser,
  pseudoHuber,
  rectifiedFlow,
  scaledLinear,
  shifted,
  sigmoidSchedule,
  sigmoidWeighting,
  snrWeighting,
  squaredCosine,
  stratifiedTimes,
  varianceExploding,
  velocityPrediction,
  zeroTerminalSnr,
} from '@gen/diffusion'
import {
  actnorm,
  affine,
  affineCoupling,
  bijectorFromConfig,
  chain,
  cnf,
  conditional,
  convNetwork,
  type Flow,
  flow,
  flowFromConfig,
  glow,
  householder,
  inverse,
  maf,
  nice,
  nsf,
  planar,
  sigmoid,
  softplus,
  splitFeatures,
} from '@gen/flows'
import { dcgan, type Gan, ganFromConfig, pacgan, projectionGan, r3gan, wganGp } from '@gen/gan'
import { encodeSafetensors } from '@gen/io'
import { openModel } from '@gen/open'
import { gaussianMixture } from '@gen/priors'
import { readWeights, type WithPlayers } from '@gen/train'
import {
  autoencoder,
  betaTcVae,
  betaVae,
  convNetworks,
  iwae,
  mlpNetworks,
  rae,
  splitVae,
  type Vae,
  vaeFromConfig,
  vampVae,
  vqVae,
  wae,
} from '@gen/vae'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(async () => {
  await useBackend('cpu')
})

type Value = unknown

/** What stands in place of a number, a word, a list, a part. */
const replacements: Value[] = [
  ...[
    null,

    true,
    'constructor',
    '__proto__',
    'toString',
    '',
    {},
    [],
    [null],
    ['x'],
    { kind: 'constructor' },
  ],
  ...[-1, 0, 0.5, 7, 1e9, -1e9, 1e308, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, [1e9], [1e5, 1e5, 1e5]],
]

/** Every config that differs from this one in one place. */
function* broken(config: Value): Generator<[what: string, config: Value]> {
  for (const value of replacements) yield [JSON.stringify(value), value]
  if (typeof config !== 'object' || config === null) return
  if (Array.isArray(config)) {
    yield ['one more', [...config, config[0] ?? 1]]
    yield ['one less', config.slice(1)]
  } else {
    yield ['extra', { ...config, extra: 1 }]
    for (const name of Object.keys(config)) {
      yield [`no ${name}`, Object.fromEntries(Object.entries(config).filter(([other]) => other !== name))]
    }
  }
  const places = Array.isArray(config) ? Object.keys(config).slice(0, 2) : Object.keys(config)
  for (const place of places) {
    for (const [what, value] of broken(Reflect.get(config, place))) {
      const whole = Array.isArray(config) ? [...config] : { ...config }
      Reflect.set(whole, place, value)
      yield [`${place} ← ${what}`, whole]
    }
  }
}

interface Made {
  readonly config: unknown
  dispose(): void
}

/** Tries all broken configs; gives how many there were. */
function survives(config: unknown, build: (config: unknown) => Made): number {
  let count = 0
  for (const [what, given] of broken(JSON.parse(JSON.stringify(config)))) {
    const before = memory().numTensors
    const start = performance.now()
    count++
    try {
      const model = build(given)
      // Only what the model is then made of may pass.
      expect(JSON.parse(JSON.stringify(model.config)), what).toEqual(given)
      model.dispose()
    } catch (error) {
      if (!GenError.is(error)) throw new Error(`${what}: ${String(error)}`, { cause: error })
      expect(error.message, what).toMatch(/^[\w.]+: expected .*, got /s)
    }
    expect(memory().numTensors - before, what).toBe(0)
    expect(performance.now() - start, what).toBeLessThan(5000)
  }
  return count
}

/** The same of files with that config and the model's own weights: `openModel` gives a model or an error. */
async function opens(family: string, model: Made & WithPlayers): Promise<number> {
  const weights = encodeSafetensors(await readWeights(model))
  model.dispose()
  let count = 0
  for (const [what, config] of broken(JSON.parse(JSON.stringify(model.config)))) {
    const text = JSON.stringify({ family, model: config })
    const before = memory().numTensors
    const start = performance.now()
    count++
    try {
      const opened = await openModel({ 'config.json': new TextEncoder().encode(text), 'model.safetensors': weights })
      opened.model.dispose()
    } catch (error) {
      if (!GenError.is(error)) throw new Error(`${what}: ${String(error)}`, { cause: error })
      expect(error.message, what).toMatch(/^[\w.]+: expected .*, got /s)
    }
    expect(memory().numTensors - before, what).toBe(0)
    expect(performance.now() - start, what).toBeLessThan(5000)
  }
  return count
}

const image = [8, 8, 1] as const
const vaes: Record<string, () => Vae> = {
  beta: () => betaVae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), classes: 2, key: key(0) }),
  rae: () => rae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) }),
  convolutional: () => splitVae({ shape: image, latentSize: 2, network: convNetworks({ widths: [4] }), key: key(0) }),
  autoencoder: () => autoencoder({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [] }), key: key(0) }),
  tc: () =>
    betaTcVae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), datasetSize: 9, key: key(0) }),
  iwae: () => iwae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) }),
  vamp: () => vampVae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), components: 3, key: key(0) }),
  vq: () => vqVae({ shape: [3], latentSize: 2, size: 2, codes: 4, network: mlpNetworks({ widths: [4] }), key: key(0) }),
  wae: () => wae({ shape: [3], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) }),
}

describe('vaeFromConfig', () => {
  it.each(Object.keys(vaes))('refuses all that is wrong with %s', (name) => {
    const model = vaes[name]!()
    const { config } = model
    model.dispose()
    expect(survives(config, (given) => vaeFromConfig(given))).toBeGreaterThan(400)
  })

  it('refuses all that is wrong with a prior', () => {
    const model = vaes.beta!()
    const prior = gaussianMixture({ means: [[0, 1]], deviations: [[1, 2]], trainable: true })
    const config = { ...model.config, prior: prior.config }
    for (const variable of [...prior.variables()]) variable.dispose()
    model.dispose()
    survives(config, (given) => {
      const made = vaeFromConfig(given)
      // Weights of a mixture come back as shares.
      return { config: given, dispose: () => made.dispose() }
    })
  })
})

const gans: Record<string, () => Gan> = {
  points: () => wganGp({ shape: [2], latentSize: 2, widths: [4], key: key(0) }),
  dcgan: () => dcgan({ shape: image, latentSize: 2, widths: [4, 4], key: key(0) }),
  classes: () => projectionGan({ shape: image, latentSize: 2, widths: [4], classes: 2, key: key(0) }),
  r3: () => r3gan({ shape: image, latentSize: 2, widths: [4, 4], key: key(0) }),
  packed: () => pacgan({ shape: [2], latentSize: 2, widths: [4], key: key(0) }),
}

describe('ganFromConfig', () => {
  it.each(Object.keys(gans))('refuses all that is wrong with %s', (name) => {
    const model = gans[name]!()
    const { config } = model
    model.dispose()
    expect(survives(config, (given) => ganFromConfig(given))).toBeGreaterThan(400)
  })
})

const small = { hidden: [4] }
const flows: Record<string, () => Pick<Flow, 'config' | 'dispose' | 'players'>> = {
  nice: () => nice(2, { layers: 1, key: key(0) }),
  nsf: () => nsf(3, { layers: 2, key: key(0) }),
  maf: () => maf(3, { layers: 1, context: 1, ...small, key: key(0) }),
  cnf: () => cnf(2, { ...small, steps: 4, key: key(0) }),
  glow: () => glow([4, 4, 1], { levels: 1, steps: 1, network: convNetwork({ width: 4, blocks: 1 }), key: key(0) }),
  others: () =>
    flow({
      transforms: [
        affine(2, { scale: [1, 2], domain: [-9, 9] }),
        actnorm(2),
        householder(2, { key: key(0) }),
        planar(2, { key: key(0), context: 3 }),
        sigmoid(2),
        inverse(chain([sigmoid(2)])),
      ],
    }),
  parts: () =>
    flow({
      transforms: [
        conditional(affineCoupling(3, { context: 2, key: key(0) }), { context: 5, key: key(1) }),
        splitFeatures(softplus(1), chain([sigmoid(2), inverse(sigmoid(2))])),
      ],
    }),
}

describe('flowFromConfig', () => {
  it.each(Object.keys(flows))('refuses all that is wrong with %s', (name) => {
    const model = flows[name]!()
    const { config } = model
    model.dispose()
    expect(survives(config, (given) => flowFromConfig(given))).toBeGreaterThan(50)
  })

  it('refuses 50,000 inverses of each other, and takes 100', () => {
    const nested = (depth: number) => {
      let config: object = { kind: 'tanh', shape: [2], check: true }
      for (let i = 0; i < depth; i++) config = { kind: 'inverse', shape: [2], transform: config }
      return config
    }
    expect(() => bijectorFromConfig(nested(50_000))).toThrow(expect.objectContaining({ code: 'config' }))
    expect(bijectorFromConfig(nested(100)).shape).toEqual([2])
  })
})

/** Every piece along diffusion's axes stands in one of these. */
const axes: Omit<DiffusionOptions, 'network'>[] = [
  { schedule: cosine(), loss: l1(), weighting: minSnrWeighting(), times: stratifiedTimes() },
  { schedule: linear(), loss: huber(), weighting: snrWeighting(), times: logitNormalTimes() },
  { schedule: shifted(rectifiedFlow(), { shift: 2 }), prediction: flowPrediction(), loss: pseudoHuber() },
  { schedule: zeroTerminalSnr(discreteSchedule()), prediction: velocityPrediction(), weighting: p2Weighting() },
  { schedule: varianceExploding(), prediction: edmPrediction(), weighting: edmWeighting(), times: logNormalTimes() },
  { schedule: sigmoidSchedule(), prediction: dataPrediction(), times: importanceTimes({ profile: [1, 2] }) },
  { schedule: squaredCosine(), weighting: sigmoidWeighting() },
  { schedule: scaledLinear() },
  { schedule: logSnrLinear() },
]

describe('diffusionFromConfig', () => {
  it.each(axes)('refuses all that is wrong with a config', (pieces) => {
    const network = pointDenoiser({ size: 2, hidden: [2], classes: 2, key: key(0) })
    const { config, dispose } = diffusion({ network, ...pieces, classes: 2, range: [0, 1], mean: [0, 0.5], std: 0.5 })
    dispose()
    expect(survives(config, (given) => diffusionFromConfig(given))).toBeGreaterThan(200)
  })
})

describe('openModel', () => {
  const points = () =>
    diffusion({ network: pointDenoiser({ size: 2, hidden: [2], classes: 2, key: key(0) }), classes: 2 })
  const families: Record<string, Record<string, () => Made & WithPlayers>> = {
    vae: vaes,
    gan: gans,
    flow: flows,
    diffusion: { points },
  }
  const stored = Object.entries(families).flatMap(([family, makers]) =>
    Object.entries(makers).map(([name, make]) => ({ family, name, make })),
  )

  it.each(stored)(
    'gives a model or a clear error for all that is wrong with a $family of $name',
    async ({ family, make }) => {
      expect(await opens(family, make())).toBeGreaterThan(50)
    },
  )
})
