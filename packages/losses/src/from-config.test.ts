/** Every piece comes back from its config as it was, and nothing else does. */
import { key, normal, useBackend } from '@gen/backend'
import { dispose, square, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulliLikelihood,
  categoricalLikelihood,
  discretizedLogisticLikelihood,
  draganPenalty,
  gaussianLikelihood,
  gradientPenalty,
  hinge,
  leastSquares,
  likelihoodFromConfig,
  minimax,
  nonSaturating,
  objectiveFromConfig,
  penaltyFromConfig,
  r1,
  r2,
  relativistic,
  wasserstein,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const stored = (config: unknown): unknown => JSON.parse(JSON.stringify(config))
const refused = (code: string) => expect.objectContaining({ code })

function numbers(make: () => Tensor): number[] {
  const tensor = tidy(make)
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return values
}

describe('likelihoodFromConfig', () => {
  const all = [
    bernoulliLikelihood,
    () => categoricalLikelihood({ levels: 4 }),
    () => discretizedLogisticLikelihood({ levels: 8 }),
    ...([0.3, 'learned', 'computed', 'perPixel'] as const).map(
      (deviation) => () => gaussianLikelihood({ deviation, smallest: 0.01, smoothing: 0.9 }),
    ),
  ]

  it.each(all.map((make) => [make]))('gives it back: %#', (make) => {
    const first = make()
    const second = likelihoodFromConfig(stored(first.config))
    expect(second.config).toEqual(first.config)
    const output = normal(key(0), [3, 2 * first.channels])
    const draw = (likelihood: typeof first) => numbers(() => likelihood.sample(output, key(1)))
    expect(draw(second)).toEqual(draw(first))
    output.dispose()
    for (const { variables, state } of [first, second]) dispose([...(variables?.() ?? []), ...(state?.() ?? [])])
  })

  it.each([{ kind: 'categorical', levels: 1e6 }, { kind: 'categorical' }, { kind: 'bernoulli', levels: 2 }, {}, 7])(
    'refuses %j',
    (config) => expect(() => likelihoodFromConfig(config)).toThrow(refused('config')),
  )

  it('leaves numbers that make none to the likelihood', () => {
    expect(() => likelihoodFromConfig({ kind: 'categorical', levels: 1 })).toThrow(refused('range'))
  })
})

describe('objectiveFromConfig', () => {
  it.each([hinge(), leastSquares(), minimax(), nonSaturating(), relativistic(), wasserstein()])(
    'gives $name back',
    (objective) => {
      const copy = objectiveFromConfig(stored(objective.config))
      expect([copy.name, copy.config]).toEqual([objective.name, { kind: objective.name }])
      const [real, fake] = [normal(key(0), [5]) as Tensor1D, normal(key(1), [5]) as Tensor1D]
      const losses = (o: typeof copy) => [
        ...numbers(() => o.discriminator(real, fake)),
        ...numbers(() => o.generator(fake, real)),
      ]
      expect(losses(copy)).toEqual(losses(objective))
      dispose([real, fake])
    },
  )

  it.each(['hinge', { kind: 'toString' }, { kind: 'hinge', margin: 1 }])('refuses %j', (config) => {
    expect(() => objectiveFromConfig(config)).toThrow(refused('config'))
  })
})

describe('penaltyFromConfig', () => {
  it.each([
    r1({ weight: 3 }),
    r2({ weight: 4 }),
    gradientPenalty({ weight: 2, target: 0.5, oneSided: true }),
    draganPenalty({ weight: 1, target: 2, deviation: 0.1 }),
  ])('gives $name back', (penalty) => {
    const copy = penaltyFromConfig(stored(penalty.config))
    expect([copy.name, copy.config]).toEqual([penalty.name, penalty.config])
    const batch = { real: normal(key(0), [4, 2]), fake: normal(key(1), [4, 2]) }
    const value = (p: typeof copy) => numbers(() => p((x) => sum(square(x), 1), batch, key(2)))
    expect(value(copy)).toEqual(value(penalty))
    dispose([batch.real, batch.fake])
  })

  it.each(['r1', { kind: 'r1' }, { kind: 'r1', weight: '1' }])('refuses %j', (config) => {
    expect(() => penaltyFromConfig(config)).toThrow(refused('config'))
  })
})
