/** GANs in the hands of `fit`. @module */
import { fold, key, useBackend } from '@gen/backend'
import { hinge, leastSquares, minimax, nonSaturating, type Objective, r1, relativistic, wasserstein } from '@gen/losses'
import type { Batch, Network } from '@gen/model'
import { adam, fit, last, memoryStore, readWeights, type StepEvent, sgd } from '@gen/train'
import {
  add,
  concat,
  dispose,
  matMul,
  mul,
  square,
  type Tensor2D,
  tensor2d,
  tidy,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Gan, gan } from './gan.ts'
import { sngan, standardGan } from './presets.ts'
import { batchFor } from './testing/cases.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const image = { shape: [6, 5, 2], latentSize: 3, widths: [4], key: key(1) }

async function weightsOf(model: Gan): Promise<number[][]> {
  return Object.values(await readWeights(model)).map(({ data }) => [...data])
}

describe('training', () => {
  const batchesFor = (model: Gan) => ({ at: (i: number) => batchFor(model, fold(key(8), i)) })
  const options = {
    optimizer: adam({ learningRate: 0.01, beta1: 0.5 }),
    key: key(2),
    ema: { decay: 0.9, players: ['generator'] },
  }

  it('is the same run again, bit by bit, also after a resume, spectral vectors included', async () => {
    const [whole, again, resumed] = [sngan(image), sngan(image), sngan(image)]
    await last(fit(whole, batchesFor(whole), { ...options, steps: 4 }))
    await last(fit(again, batchesFor(again), { ...options, steps: 4 }))
    const store = memoryStore()
    const checkpoints = { store, every: 2 }
    for await (const event of fit(resumed, batchesFor(resumed), { ...options, steps: 4, checkpoints })) {
      if (event.type === 'checkpoint') break
    }
    await last(fit(resumed, batchesFor(resumed), { ...options, steps: 4, checkpoints, resume: true }))
    const expected = await weightsOf(whole)
    expect(await weightsOf(again)).toEqual(expected)
    expect(await weightsOf(resumed)).toEqual(expected)
    for (const model of [whole, again, resumed]) model.dispose()
  })

  it('takes k steps of the discriminator a round, and an optimizer for each player', async () => {
    const model = standardGan({ shape: [2], widths: [4], discriminatorSteps: 3, key: key(1) })
    const before = await weightsOf(model)
    const still = { discriminator: sgd({ learningRate: 0 }), generator: sgd({ learningRate: 0.1, momentum: 0.9 }) }
    let drawn = 0
    const batches = { at: (i: number) => batchFor(model, fold(key(8), ++drawn + i)) }
    await last(fit(model, batches, { steps: 2, optimizer: still, key: key(2) }))
    const after = await weightsOf(model)
    const own = model.players[0].variables().length
    expect(drawn).toBe(8)
    expect(after.slice(0, own)).toEqual(before.slice(0, own))
    expect(after.slice(own)).not.toEqual(before.slice(own))
    model.dispose()
  })

  it('keeps no tape of the generator in the discriminator’s step', () => {
    const model = standardGan({ shape: [2], widths: [4], key: key(1) })
    const [discriminator, generator] = model.players
    const batch = batchFor(model)
    tidy(() => {
      expect(() => variableGrads(() => discriminator.loss(batch, key(0)).total, generator.variables())).toThrow()
    })
    dispose(Object.values(batch))
    model.dispose()
  })
})

describe('warnings', () => {
  it('name samples that are all alike, and a discriminator that is always right', async () => {
    const model = standardGan({ shape: [2], latentSize: 1, widths: [4], key: key(1) })
    for (const variable of model.players[1].variables()) tidy(() => variable.assign(mul(variable, 0)))
    const far = { at: (i: number) => tidy(() => ({ x: add(batchFor(model, fold(key(8), i)).x, 5) })) }
    const optimizer = { discriminator: adam({ learningRate: 0.05 }), generator: sgd({ learningRate: 0 }) }
    let event: StepEvent | undefined
    for await (const one of fit(model, far, { steps: 300, optimizer, key: key(2) }))
      if (one.type === 'step') event = one
    expect(event?.warnings.map(({ player, name }) => `${player} ${name}`)).toEqual([
      'discriminator discriminator-wins',
      'generator mode-collapse',
    ])
    model.dispose()
  })
})

/** D with a logit for each of the values 0 … n − 1, and G that gives each of them a fixed number of times. */
function tabular(real: readonly number[], fake: readonly number[]) {
  const table = tidy(() => variable(tensor2d(real.map(() => [0]))))
  const idle = tidy(() => variable(tensor2d([[0]])))
  const rows = (counts: readonly number[]) => counts.flatMap((count, i) => Array<number>(count).fill(i))
  const oneHot = (values: readonly number[]) =>
    tensor2d(values.map((value) => real.map((_, i) => (i === value ? 1 : 0))))
  const size = real.length
  const generator: Network = {
    inputShape: [size],
    outputShape: [size],
    apply: (z) => add(z, mul(idle, 0)),
    variables: () => [idle],
  }
  const discriminator: Network = {
    inputShape: [size],
    outputShape: [1],
    apply: (x) => matMul(x as Tensor2D, table as unknown as Tensor2D),
    variables: () => [table],
  }
  const latent = { size, sample: () => oneHot(rows(fake)) }
  return { generator, discriminator, latent, batches: { at: (): Batch => ({ x: oneHot(rows(real)) }) } }
}

describe('the best discriminator', () => {
  const [p, q] = [
    [4, 2, 1, 1],
    [1, 1, 2, 4],
  ]
  const bestLogits = async (objective: Objective) => {
    const { generator, discriminator, latent, batches } = tabular(p, q)
    const model = gan({ generator, discriminator, latent, objective })
    const optimizer = {
      discriminator: adam({ learningRate: (step) => 0.2 * 0.98 ** step }),
      generator: sgd({ learningRate: 0 }),
    }
    await last(fit(model, batches, { steps: 250, optimizer, key: key(0) }))
    const logits = [...discriminator.variables()[0]!.dataSync()]
    model.dispose()
    return logits
  }
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const share = p.map((n, i) => n / (n + q[i]!))

  it.each([minimax(), nonSaturating()].map((objective) => [objective.name, objective] as const))(
    'of %s has σ(D) = p/(p + q)',
    async (_, objective) => {
      expect((await bestLogits(objective)).map(sigmoid)).toBeAllClose(share, { atol: 5e-3 })
    },
  )

  it('of leastSquares is p/(p + q), of hinge the sign of p − q', async () => {
    expect(await bestLogits(leastSquares())).toBeAllClose(share, { atol: 5e-3 })
    expect(await bestLogits(hinge())).toBeAllClose([1, 1, -1, -1], { atol: 0.05 })
  })

  it('of wasserstein goes up where p > q, and down where p < q', async () => {
    const logits = await bestLogits(wasserstein())
    expect(logits.map(Math.sign)).toEqual([1, 1, -1, -1])
  })
})

/** G(z) = m + s·z against D(x) = a + b·x + c·x²: the two families that hold the answer for normal data. */
function normalGame() {
  const place = tidy(() => variable(tensor2d([[0.3], [1.6]])))
  const slopes = tidy(() => variable(tensor2d([[0], [0.1], [0.1]])))
  const generator: Network = {
    inputShape: [1],
    outputShape: [1],
    apply: (z) => matMul(concat([add(mul(z, 0), 1), z], 1) as Tensor2D, place as unknown as Tensor2D),
    variables: () => [place],
  }
  const discriminator: Network = {
    inputShape: [1],
    outputShape: [1],
    apply: (x) => matMul(concat([add(mul(x, 0), 1), x, square(x)], 1) as Tensor2D, slopes as unknown as Tensor2D),
    variables: () => [slopes],
  }
  return { generator, discriminator, place }
}

describe('the best generator', () => {
  const objectives = [minimax(), nonSaturating(), leastSquares(), hinge(), wasserstein(), relativistic()]

  it.each(objectives.map((objective) => [objective.name, objective] as const))(
    'of %s has the data’s mean and deviation',
    async (_, objective) => {
      const { generator, discriminator, place } = normalGame()
      const model = gan({ generator, discriminator, objective, penalties: [r1({ weight: 0.5 })] })
      // Data of mean 1 and deviation ½ without noise: quantiles.
      const quantiles = Array.from({ length: 32 }, (_, i) => [1 + 0.5 * probit((i + 0.5) / 32)])
      const falling = (rate: number) => adam({ learningRate: (step) => rate * 0.992 ** step, beta1: 0, beta2: 0.9 })
      const optimizer = { discriminator: falling(0.1), generator: falling(0.03) }
      await last(fit(model, { at: () => ({ x: tensor2d(quantiles) }) }, { steps: 500, optimizer, key: key(3) }))
      const [mean, deviation] = place.dataSync()
      model.dispose()
      expect([mean!, Math.abs(deviation!)]).toBeAllClose([1, 0.5], { atol: 0.12 })
    },
  )
})

/** The inverse of the normal distribution, by bisection of its integral. */
function probit(u: number): number {
  let [low, high] = [-6, 6]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < u) low = middle
    else high = middle
  }
  return low
}

function normalShare(x: number): number {
  const steps = 2000
  let sum = 0
  for (let i = 0; i < steps; i++) sum += Math.exp(-0.5 * (-8 + ((x + 8) * (i + 0.5)) / steps) ** 2)
  return (sum * (x + 8)) / steps / Math.sqrt(2 * Math.PI)
}
