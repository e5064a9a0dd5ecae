import { fold, key, normal, useBackend } from '@gen/backend'
import { toy } from '@gen/data'
import type { Items } from '@gen/model'
import { fitGaussianMixture } from '@gen/priors'
import { adam, fit, last } from '@gen/train'
import { dispose, exp, gather, reshape, sum, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  autoencoder,
  codeBatches,
  codePrior,
  encodeData,
  latentSampler,
  mlpNetworks,
  type Quantizer,
  standardVae,
  twoStage,
  vqVae,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const network = mlpNetworks({ widths: [8] })

/** Points as a dataset. */
function itemsOf(points: Tensor2D): Items {
  const take: Items['take'] = (indices) => tidy(() => ({ x: gather(points, tensor1d(Array.from(indices), 'int32')) }))
  return { size: points.shape[0], take }
}

describe('codes of data', () => {
  it('are the encoder’s means, in the order of the items, or draws that a key repeats', async () => {
    const model = standardVae({ shape: [3], latentSize: 2, network, key: key(0) })
    const points = normal(key(1), [10, 3]) as Tensor2D
    const means = await encodeData(model, itemsOf(points), { batchSize: 4 })
    const expected = model.encode(points)
    expect(means.dataSync()).toBeAllClose(expected.dataSync(), { rtol: 1e-5, atol: 1e-6 })
    const [once, twice] = [0, 1].map(() => encodeData(model, itemsOf(points), { key: key(2), count: 5 })) as [
      Promise<Tensor2D>,
      Promise<Tensor2D>,
    ]
    const draws = [await once, await twice]
    expect(draws[1]!.dataSync()).toEqual(draws[0]!.dataSync())
    expect(draws[0]!.shape).toEqual([5, 2])
    expect(draws[0]!.dataSync()).not.toEqual(means.dataSync().slice(0, 10))
    await expect(encodeData(model, itemsOf(points), { count: 11 })).rejects.toThrow('expected count an integer')
    dispose([points, means, expected, ...draws])
    model.dispose()
  })

  it('come from datasets of @gen/data', async () => {
    const model = standardVae({ shape: [2], latentSize: 2, network, key: key(0) })
    const data = toy('moons').dataset(12, key(1))
    const codes = await encodeData(model, data)
    expect(codes.shape).toEqual([12, 2])
    await last(fit(model, data.batches({ size: 4, key: key(2) }), { steps: 2, optimizer: adam(), key: key(3) }))
    codes.dispose()
    model.dispose()
  })

  it('can be learned by a mixture or a second stage, from which the first is sampled', async () => {
    const model = autoencoder({ shape: [3], latentSize: 2, network, key: key(0) })
    const points = normal(key(1), [200, 3]) as Tensor2D
    const codes = await encodeData(model, itemsOf(points))
    const mixture = await fitGaussianMixture(codes, { components: 2, key: key(3) })
    const second = twoStage({ first: model, network, key: key(4) })
    const source = { at: (i: number) => ({ x: normal(key(10 + i), [16, 3]) }) }
    const options = { steps: 3, optimizer: adam(), key: key(5) }
    await last(fit(second, codeBatches(model, source, { key: key(6) }), options))
    for (const sampler of [mixture, latentSampler(second)]) {
      expect(sampler.size).toBe(2)
      const few = await model.sample({ count: 2, key: key(7), sampler })
      const many = await model.sample({ count: 5, key: key(7), sampler })
      expect(few.shape).toEqual([2, 3])
      expect(many.dataSync().slice(0, 6)).toBeAllClose(few.dataSync(), { rtol: 1e-5, atol: 1e-6 })
      dispose([few, many])
    }
    dispose([points, codes, ...(mixture.variables?.() ?? [])])
    second.dispose()
    model.dispose()
  })
})

describe('quantized codes', () => {
  const make = () => vqVae({ shape: [3], latentSize: 4, codes: 3, size: 2, network, key: key(0) })

  it('are rows of the codebook, the nearest ones', () => {
    const model = make()
    const quantizer = model.parts.posterior as Quantizer
    tidy(() => {
      quantizer.codebook.assign(
        tensor2d([
          [0, 0],
          [1, 1],
          [-1, 2],
        ]),
      )
      const z = tensor2d([
        [0.9, 0.8, -0.2, 0.1],
        [-0.8, 1.7, 0.6, 0.6],
      ])
      expect([...quantizer.indices(z).dataSync()]).toEqual([1, 0, 2, 1])
      expect([...quantizer.read(z).mean.dataSync()]).toBeAllClose([1, 1, 0, 0, -1, 2, 1, 1], { atol: 1e-6 })
    })
    model.dispose()
  })

  it('have a codebook that finds clusters, and brings back vectors out of use', async () => {
    const model = make()
    const quantizer = model.parts.posterior as Quantizer
    const source = { at: (i: number) => ({ x: normal(fold(key(1), i), [64, 3]) }) }
    const events: number[] = []
    for await (const event of fit(model, source, { steps: 60, optimizer: adam({ learningRate: 1e-2 }), key: key(2) })) {
      if (event.type === 'step') events.push(event.losses.vae!.perplexity!)
    }
    expect(events.at(-1)).toBeGreaterThan(1.5)
    const used = new Set(
      tidy(
        () => [...quantizer.indices(model.encode(normal(key(3), [200, 3]))).dataSync()] as never,
      ) as unknown as number[],
    )
    expect([...used].sort()).toEqual([0, 1, 2])
    model.dispose()
  })

  it('have an autoregressive prior: probabilities of all codes add up to 1, and it learns and draws which ones there are', async () => {
    const model = make()
    const quantizer = model.parts.posterior as Quantizer
    tidy(() =>
      quantizer.codebook.assign(
        tensor2d([
          [0, 0],
          [1, 1],
          [-1, 2],
        ]),
      ),
    )
    const prior = codePrior({ model, widths: [16], key: key(1) })
    const pairs = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [a, b]))
    const codesOf = (indices: number[][]) =>
      tidy(() => reshape(quantizer.vectors(tensor1d(indices.flat(), 'int32')), [indices.length, 4]) as Tensor2D)
    const all = codesOf(pairs)
    const total = tidy(() => sum(exp(prior.logProb(all))).dataSync()[0]!)
    expect(total).toBeCloseTo(1, 5)
    // The second place repeats the first, 0 never comes: a table with dependence.
    const seen = codesOf([
      [1, 1],
      [2, 2],
      [2, 2],
      [1, 1],
    ])
    await last(
      fit(
        prior,
        { at: () => ({ x: seen.clone() }) },
        { steps: 150, optimizer: adam({ learningRate: 2e-2 }), key: key(2) },
      ),
    )
    const learned = tidy(() => [...exp(prior.logProb(seen)).dataSync()] as never) as unknown as number[]
    for (const probability of learned) expect(probability).toBeGreaterThan(0.45)
    const drawn = prior.sample(50, key(3))
    const indices = quantizer.indices(drawn)
    const numbers = [...indices.dataSync()]
    const repeats = Array.from({ length: 50 }, (_, i) => numbers[2 * i] === numbers[2 * i + 1]).filter(Boolean).length
    expect(repeats).toBeGreaterThan(45)
    const few = prior.sample(3, key(3))
    expect(few.dataSync()).toEqual(drawn.dataSync().slice(0, 12))
    dispose([all, seen, drawn, indices, few])
    prior.dispose()
    model.dispose()
  })

  it('are asked for by name', () => {
    const model = standardVae({ shape: [3], latentSize: 2, network, key: key(0) })
    expect(() => codePrior({ model, key: key(1) })).toThrow('expected a model with quantized codes, got normal codes')
    model.dispose()
  })
})
