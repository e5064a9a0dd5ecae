import { fold, key, normal, randintArray, uniform, useBackend } from '@gen/backend'
import { adamW, type Batches, type FitEvent, fit, last } from '@gen/train'
import {
  dispose,
  mean,
  square,
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Diffusion, diffusion } from './diffusion.ts'
import { drawMixture, energyDistance, optimalNoise, rowsOf, triple } from './fixtures/mixture.ts'
import { matrixNetwork } from './fixtures/small-networks.ts'
import { diffusionFromConfig } from './from-config.ts'
import type { LossName } from './losses/distances/distance-of.ts'
import type { DiffusionBatch } from './losses/loss-model.ts'
import { pointDenoiser } from './networks/point-denoiser.ts'
import { ddim } from './samplers/ddim.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const options = { steps: 3, optimizer: adamW(), key: key(2) }

const mixtureBatches: Batches<DiffusionBatch> = {
  at: (index) => ({ x: tensor2d(drawMixture(triple, 96, fold(key(5), index))) }),
}

/** Mean square between the network's noise and the best one, over signal ratios and noisy points as in training. */
function distanceToOptimum(model: Diffusion): number {
  return tidy(() => {
    const x0 = tensor2d(drawMixture(triple, 2000, key(77)))
    const alpha = model.schedule.alpha(uniform(key(78), [2000])) as Tensor1D
    const x = model.diffuse(x0, alpha, normal(key(79), [2000, 2])) as Tensor2D
    return mean(square(sub(model.denoise(x, alpha), optimalNoise(triple, x, alpha)))).dataSync()[0]!
  })
}

async function eventsOf(events: AsyncIterable<FitEvent>): Promise<FitEvent[]> {
  const all: FitEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('a point denoiser', () => {
  it('starts at the Gaussian’s answer and comes to the mixture’s closed form, and samples the mixture', async () => {
    const network = pointDenoiser({ size: 2, hidden: [32, 32], key: key(0) })
    const model = diffusion({ network })
    const start = distanceToOptimum(model)
    const training = { steps: 400, optimizer: adamW({ learningRate: 8e-3, weightDecay: 0 }), key: key(2), ema: 0.99 }
    const distances: number[] = []
    for await (const event of fit(model, mixtureBatches, { ...training, sampleEvery: 100 })) {
      if (event.type === 'sample') distances.push(distanceToOptimum(model))
    }
    expect(start).toBeGreaterThan(0.08)
    expect(distances[1]).toBeLessThan(distances[0]!)
    expect(distances[3]).toBeLessThan(distances[1]!)
    expect(distances[3]).toBeLessThan(0.015)
    const exact = drawMixture(triple, 1000, key(3))
    const points = await model.sample({ count: 1000, batchSize: 500, key: key(4), sampler: ddim({ steps: 20 }) })
    // The exact denoiser itself stays 0.006 away with this schedule, which ends at signal ratio 0.9.
    expect(energyDistance(exact, rowsOf(points))).toBeLessThan(0.03)
    points.dispose()
    network.dispose()
  }, 90_000)

  it('learns classes, which guidance then sharpens', async () => {
    const network = pointDenoiser({ size: 1, hidden: [32], classes: 2, key: key(0) })
    const model = diffusion({ network, classes: 2, dropLabel: 0.2 })
    const batches: Batches<DiffusionBatch> = {
      at(index) {
        const labels = randintArray(fold(key(6), index), 64, 1, { max: 2 })
        return { x: tensor2d(Array.from(labels, (label) => [label === 0 ? -1 : 1])), labels: tensor1d(labels, 'int32') }
      },
    }
    await last(fit(model, batches, { ...options, steps: 150, optimizer: adamW({ learningRate: 0.01 }), ema: 0.95 }))
    const center = async (labels: number | undefined, guidance = 1) => {
      const points = await model.sample({ count: 100, batchSize: 100, key: key(7), labels, guidance })
      const value = tidy(() => mean(points).dataSync()[0]!)
      points.dispose()
      return value
    }
    expect(await center(0)).toBeLessThan(-0.7)
    expect(await center(1)).toBeGreaterThan(0.7)
    expect(Math.abs(await center(2))).toBeLessThan(0.4)
    expect(Math.abs(await center(undefined))).toBeLessThan(0.4)
    expect(await center(1, 3)).toBeGreaterThan(await center(1))
    network.dispose()
  })

  it('has the same weights for the same key, and frees them', () => {
    const [a, b, c] = [0, 0, 1].map((seed) => pointDenoiser({ key: key(seed) }))
    const weights = (network: typeof a) => network!.variables().map((variable) => [...variable.dataSync()])
    expect(weights(a)).toEqual(weights(b))
    expect(weights(a)).not.toEqual(weights(c))
    for (const network of [a, b, c]) network!.dispose()
  })
})

describe('the loss', () => {
  it.each<[LossName, number]>([
    ['l1', Math.sqrt(2 / Math.PI)],
    ['l2', 1],
    // E[huber(z)] = ∫ over |z| < 1 of z²/2 + ∫ over |z| > 1 of |z| − 1/2 for standard normal z, by quadrature.
    ['huber', 0.42481],
  ])('%s of a network that predicts nothing is that of the noise, times the dimensions', async (loss, perDimension) => {
    const network = matrixNetwork([4, 4, 2], { start: 0 })
    const model = diffusion({ network, loss })
    const batch = { x: zeros([2000, 4, 4, 2]) }
    const losses = model.players[0].loss(batch, key(1))
    expect(Math.abs(losses.perDimension!.dataSync()[0]! - perDimension)).toBeLessThan(0.02)
    expect(losses.total.dataSync()[0]).toBeCloseTo(32 * losses.perDimension!.dataSync()[0]!, 4)
    dispose([batch.x, losses])
    network.dispose()
  })

  it('is one number per key', () => {
    const network = matrixNetwork([3])
    const [player] = diffusion({ network }).players
    const x = normal(key(1), [8, 3])
    const values = [1, 1, 2].map((seed) => {
      const losses = player.loss({ x }, key(seed))
      const value = losses.total.dataSync()[0]
      dispose(losses)
      return value
    })
    expect(values[1]).toBe(values[0])
    expect(values[2]).not.toBe(values[0])
    x.dispose()
    network.dispose()
  })

  it('sends a share of the labels as "no class", and the others as they are', () => {
    const sent: number[] = []
    const network = matrixNetwork([1], { classes: 4 })
    const noting = {
      ...network,
      denoise: (...[x, alpha, condition]: Parameters<typeof network.denoise>) => {
        sent.push(...condition!.label!.dataSync())
        return network.denoise(x, alpha, condition)
      },
    }
    const [player] = diffusion({ network: noting, classes: 4, dropLabel: 0.25 }).players
    const batch = {
      x: zeros([1000, 1]),
      labels: tensor1d(
        Array.from({ length: 1000 }, (_, i) => i % 4),
        'int32',
      ),
    }
    const losses = player.loss(batch as DiffusionBatch, key(1))
    const dropped = sent.filter((label) => label === 4).length
    expect(dropped).toBeGreaterThan(210)
    expect(dropped).toBeLessThan(290)
    expect(sent.every((label, i) => label === 4 || label === i % 4)).toBe(true)
    dispose([batch, losses])
    network.dispose()
  })
})

describe('batches that do not fit are refused before they are trained on', () => {
  const square2 = () => matrixNetwork([2, 2, 1])

  it.each<[string, object, () => DiffusionBatch, string]>([
    [
      'a wrong size',
      {},
      () => ({ x: zeros([4, 3, 3, 1]) }),
      'expected batch.x of shape [any, 2, 2, 1], got [4, 3, 3, 1]',
    ],
    [
      'bytes',
      {},
      () => ({ x: tensor4d([0, 64, 128, 255], [1, 2, 2, 1]) }),
      'expected batch.x in [0, 1], got 64 in row 0; scale the data or pass their range',
    ],
    [
      'below the range',
      {},
      () => ({ x: tensor4d([-1, 0, 0, 1], [1, 2, 2, 1]) }),
      'expected batch.x in [0, 1], got -1 in row 0',
    ],
    [
      'not a number',
      {},
      () => ({ x: tensor4d([Number.NaN, 0, 0, 1], [1, 2, 2, 1]) }),
      'expected batch.x of finite numbers, got NaN in row 0',
    ],
    ['no labels', { classes: 3 }, () => ({ x: zeros([1, 2, 2, 1]) }), 'expected labels for 3 classes, got none'],
    [
      'labels too few',
      { classes: 3 },
      () => ({ x: zeros([2, 2, 2, 1]), labels: tensor1d([0], 'int32') }),
      'expected batch.labels of shape [2], got [1]',
    ],
    [
      'labels too large',
      { classes: 3 },
      () => ({ x: zeros([1, 2, 2, 1]), labels: tensor1d([7], 'int32') }),
      'expected labels from 0 to 2, got 7; raise classes',
    ],
  ])('%s', async (_name, modelOptions, batch, message) => {
    const network = 'classes' in modelOptions ? matrixNetwork([2, 2, 1], { classes: 3 }) : square2()
    const before = [...network.matrix.dataSync()]
    const model = diffusion({ network, ...modelOptions })
    await expect(eventsOf(fit(model, { at: batch }, options))).rejects.toThrow(message)
    expect([...network.matrix.dataSync()]).toEqual(before)
    network.dispose()
  })

  it('also when only a later one is of a wrong size', async () => {
    const network = square2()
    const batches = { at: (i: number) => ({ x: zeros(i < 2 ? [1, 2, 2, 1] : [1, 2, 4, 1]) }) }
    await expect(eventsOf(fit(diffusion({ network }), batches, options))).rejects.toThrow('got [1, 2, 4, 1]')
    network.dispose()
  })
})

describe('a model', () => {
  it('comes back from its configuration as JSON, with the same loss and samples', async () => {
    const network = matrixNetwork([2, 2, 3], { classes: 2 })
    const model = diffusion({
      network,
      classes: 2,
      loss: 'huber',
      mean: [0.4, 0.5, 0.6],
      std: [0.2, 0.3, 0.2],
      dropLabel: 0.3,
    })
    const again = diffusionFromConfig(JSON.parse(JSON.stringify(model.config)), { network })
    expect(again.config).toEqual(model.config)
    const batch = { x: uniform(key(1), [4, 2, 2, 3]), labels: tensor1d([0, 1, 1, 0], 'int32') as Tensor1D }
    const [a, b] = [model.players[0].loss(batch, key(2)), again.players[0].loss(batch, key(2))]
    expect(a.total.dataSync()).toEqual(b.total.dataSync())
    const of = { count: 2, key: key(3), labels: 1, clip: true }
    const [first, second] = [await model.sample(of), await again.sample(of)]
    expect(first.dataSync()).toEqual(second.dataSync())
    dispose([batch, a, b, first, second])
    network.dispose()
  })

  it('predicts x̂₀ as the lecture states it', () => {
    const network = matrixNetwork([2])
    const model = diffusion({ network })
    const [x, alpha] = [normal(key(1), [3, 2]), tensor1d([0.2, 0.5, 0.8])]
    const [eps, clean] = [model.denoise(x, alpha), model.predictClean(x, alpha)]
    const expected = [...x.dataSync()].map((value, i) => {
      const ratio = [0.2, 0.5, 0.8][Math.floor(i / 2)]!
      return (value - Math.sqrt(1 - ratio) * eps.dataSync()[i]!) / Math.sqrt(ratio)
    })
    expect(clean.dataSync()).toBeAllClose(expected, { rtol: 1e-4 })
    dispose([x, alpha, eps, clean])
    network.dispose()
  })

  it.each<[string, object, string]>([
    ['an unknown loss', { loss: 'l3' }, 'expected loss l1, l2, huber, or a distance such as pseudoHuber(), got "l3"'],
    ['a range upside down', { range: [1, 0] }, 'expected range[1]'],
    ['no deviation', { std: 0 }, 'expected std'],
    ['deviations for other channels', { std: [1, 2] }, 'expected std one number or 1, got 2'],
    ['classes for a network without', { classes: 10 }, 'which takes no labels, got 10'],
    ['always dropping', { dropLabel: 1 }, 'expected dropLabel'],
  ])('refuses %s', (_name, change, message) => {
    const network = matrixNetwork([2, 2, 1])
    expect(() => diffusion({ network, ...change })).toThrow(message)
    network.dispose()
  })

  it('refuses no classes for a network that takes labels', () => {
    const network = matrixNetwork([2], { classes: 3 })
    expect(() => diffusion({ network })).toThrow('which takes labels, got 0; pass the number of classes')
    network.dispose()
  })
})
