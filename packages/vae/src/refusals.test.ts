import { key, normal, useBackend } from '@gen/backend'
import { bernoulliLikelihood } from '@gen/losses'
import { mlp } from '@gen/nn'
import { standardNormal } from '@gen/priors'
import { adam, fit, last } from '@gen/train'
import { dispose, fill, ones, tensor1d, tensor2d, tensor4d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  betaVae,
  conditionalVae,
  convNetworks,
  klDivergence,
  mlpNetworks,
  pointPosterior,
  standardVae,
  vae,
  vaeFromConfig,
  vampVae,
  vqVae,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const network = mlpNetworks({ widths: [6] })
const image = { shape: [2, 2, 1], latentSize: 2, network, key: key(0) }

describe('pieces that do not fit', () => {
  const encoder = mlp({ inputs: 3, outputs: 4, widths: [], key: key(0), name: 'encoder' })
  const decoder = mlp({ inputs: 2, outputs: 3, widths: [], key: key(1), name: 'decoder' })
  const pieces = { shape: [3], latentSize: 2, encoder, decoder }

  it('are named with what was expected', () => {
    expect(() => vae({ ...pieces, latentSize: 3 })).toThrow(
      'vae.vae: expected outputs of the encoder 6, got 4; codes of 3 (normal) take 6 outputs',
    )
    expect(() => vae({ ...pieces, posterior: pointPosterior(), divergence: klDivergence() })).toThrow(
      'outputs of the encoder 2, got 4',
    )
    expect(() => vae({ ...pieces, shape: [4] })).toThrow('expected inputs of the encoder 4, got 3')
    expect(() => vae({ ...pieces, prior: standardNormal(5) })).toThrow('expected prior.size 2, got 5')
    expect(() => vae({ ...pieces, classes: 2 })).toThrow(
      'expected an encoder to fit classes: 2, got one that takes none',
    )
    const points = mlp({ inputs: 3, outputs: 2, widths: [], key: key(0), name: 'encoder' })
    expect(() => vae({ ...pieces, encoder: points, posterior: pointPosterior() })).toThrow(
      'expected codes with a density for the divergence kl, got point codes; take normalPosterior()',
    )
    expect(() => vqVae({ ...image, latentSize: 7, size: 2 })).toThrow('expected a latent size divisible by 2')
    expect(() => standardVae({ ...image, shape: [3], network: convNetworks() })).toThrow('use mlpNetworks')
    // Nothing was made by then: a test that leaves a tensor fails.
    expect(() => vampVae({ ...image, classes: 2 })).toThrow(
      'vae.vae: expected no classes with a prior that is made of the encoder, such as a VampPrior, got classes: 2; leave',
    )
    for (const model of [encoder, decoder, points]) model.dispose()
  })
})

describe('data that no model of them could have made', () => {
  const run = (x: () => ReturnType<typeof tensor4d>, labels?: number[]) => {
    const model = labels ? conditionalVae({ ...image, classes: 2 }) : standardVae(image)
    const at = () => ({ x: x(), ...(labels && { labels: tensor1d(labels, 'int32') }) })
    const done = last(fit(model, { at }, { steps: 1, optimizer: adam(), key: key(1) }))
    return done.finally(() => model.dispose())
  }

  it('are refused before the first step: pixels outside of [0, 1], NaN, labels that are no class', async () => {
    await expect(run(() => tensor4d([0, 1, 2, 0], [1, 2, 2, 1]))).rejects.toThrow(
      'vae.loss: expected batch.x in [0, 1], got 2 in row 0; scale the images to [0, 1]',
    )
    await expect(run(() => tensor4d([0, Number.NaN, 0, 0], [1, 2, 2, 1]))).rejects.toThrow('got NaN in row 0')
    await expect(run(() => tensor4d([0, 1, 0, 0], [1, 2, 2, 1]), [2])).rejects.toThrow(
      'expected labels from 0 to 1, got 2',
    )
    await expect(run(() => tensor4d([0, 1, 0], [1, 3, 1, 1]))).rejects.toThrow('the model is made for [batch, 2, 2, 1]')
  })
})

describe('labels', () => {
  it('are checked against the classes', async () => {
    const model = conditionalVae({ ...image, classes: 3 })
    const x = ones([2, 2, 2, 1])
    expect(() => model.encode(x)).toThrow('vae.posterior: expected labels for 3 classes, got none')
    expect(() => model.encode(x, { labels: [1] })).toThrow('expected 2 labels, got 1')
    const wish = { count: 1, key: key(0) }
    await expect(model.sample({ ...wish, labels: 3 })).rejects.toThrow('expected labels from 0 to 2, got 3')
    const [one, other] = [await model.sample({ ...wish, labels: 0 }), await model.sample({ ...wish, labels: 1 })]
    expect(one.dataSync()).not.toEqual(other.dataSync())
    dispose([x, one, other])
    model.dispose()
  })
})

describe('warnings', () => {
  const warningsOf = async (model: ReturnType<typeof standardVae>, x: () => ReturnType<typeof normal>) => {
    const names: string[] = []
    const options = { steps: 130, optimizer: adam({ learningRate: 0.02 }), key: key(1) }
    for await (const event of fit(model, { at: () => ({ x: x() }) }, options)) {
      if (event.type === 'step') names.push(...event.warnings.map(({ player, name }) => `${player} ${name}`))
    }
    model.dispose()
    return [...new Set(names)]
  }

  it('name a posterior that collapses, and a codebook of which one vector is used, and nothing else', async () => {
    const same = () => fill([8, 2, 2, 1], 0.5)
    const various = () => normal(key(5), [32, 2])
    const likelihood = bernoulliLikelihood()
    expect(await warningsOf(betaVae({ ...image, beta: 50, likelihood }), same)).toEqual(['vae posterior-collapse'])
    const points = { shape: [2], latentSize: 2, network, key: key(0) }
    expect(await warningsOf(vqVae({ ...points, codes: 2, size: 2, revive: 0 }), () => tensor2d([[1, 1]]))).toEqual([
      'vae codebook-collapse',
    ])
    expect(await warningsOf(betaVae({ ...points, beta: 0.01 }), various)).toEqual([])
  })
})

describe('a weight that warms up', () => {
  it('goes from one number to the other, and stays', () => {
    const model = betaVae({ ...image, beta: { from: 0, to: 2, steps: 4 }, likelihood: bernoulliLikelihood() })
    const x = fill([4, 2, 2, 1], 0.5)
    const weights = Array.from({ length: 6 }, () => {
      const losses = model.players[0].loss({ x }, key(3))
      const [total, error, kl] = [losses.total, losses.reconstruction!, losses.kl!].map((value) => value.dataSync()[0]!)
      dispose(losses as never)
      return (total! - error!) / kl!
    })
    expect(weights).toBeAllClose([0, 0.5, 1, 1.5, 2, 2], { rtol: 1e-3, atol: 1e-3 })
    x.dispose()
    model.dispose()
  })
})

it('a config of something else is refused, and says where', () => {
  const model = standardVae(image)
  const config = JSON.parse(JSON.stringify(model.config))
  model.dispose()
  expect(() => vaeFromConfig({})).toThrow('vae.vaeFromConfig: expected a VAE’s config, got kind')
  expect(() => vaeFromConfig({ ...config, head: { kind: 'tail' } })).toThrow(
    'vae.vaeFromConfig: expected a head of linear, sigmoid, split, got tail',
  )
  expect(() => vaeFromConfig({ ...config, network: { kind: 'custom' } })).toThrow(
    'got custom; pass a piece of your own itself',
  )
  expect(() => vaeFromConfig({ ...config, latentSize: 0 })).toThrow('got latentSize')
})
