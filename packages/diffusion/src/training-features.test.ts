/** What training may do besides: look twice, shift means, drop. */
import { key, normal, uniform, useBackend } from '@gen/backend'
import { adamW, fit } from '@gen/train'
import { unet, unetFromConfig } from '@gen/unet'
import {
  add,
  dispose,
  fill,
  mean,
  memory,
  moments,
  mul,
  ones,
  scalar,
  type Tensor1D,
  tensor1d,
  tidy,
  variable,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { matrixNetwork } from './fixtures/small-networks.ts'
import {
  type DenoisingNetwork,
  type Diffusion,
  dataPrediction,
  ddim,
  diffusion,
  diffusionFromConfig,
  importanceTimes,
  l1,
  logSnrLinear,
  lossProfile,
  minSnrWeighting,
  velocityPrediction,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const batch = () => ({ x: uniform(key(5), [3, 4, 4, 1]) })

async function losses(model: Diffusion, steps = 4): Promise<number[]> {
  const all: number[] = []
  for await (const event of fit(
    model,
    { at: batch },
    { steps, optimizer: adamW({ learningRate: 1e-2 }), key: key(6) },
  )) {
    if (event.type === 'step') all.push(event.losses.denoiser!.total!)
  }
  return all
}

const small = { shape: [4, 4, 1], widths: [4, 4], depth: 1, key: key(1) }

describe('self-conditioning', () => {
  /** Says what it is told, and notes it. */
  function mirror(shown: number[][]): DenoisingNetwork {
    return {
      shape: [4, 4, 1],
      variables: () => [],
      denoise(x, _alpha, condition) {
        shown.push([...condition!.context!.dataSync()])
        return tidy(() => mul(x, 0.5))
      },
    }
  }

  it('in every second step shows the network what it first made of x', () => {
    const shown: number[][] = []
    const model = diffusion({ network: mirror(shown), selfConditioning: true, prediction: velocityPrediction() })
    const looks: number[] = []
    for (let seed = 0; seed < 200; seed++) {
      shown.length = 0
      const given = batch()
      dispose([model.players[0].loss(given, key(seed)), given])
      looks.push(shown.length)
      expect(new Set(shown[0])).toEqual(new Set([0]))
      if (shown.length === 2)
        expect(shown[1]!.every(Number.isFinite) && shown[1]!.some((value) => value !== 0)).toBe(true)
    }
    const twice = looks.filter((count) => count === 2).length
    expect(twice).toBeGreaterThan(75)
    expect(twice).toBeLessThan(125)
    expect(looks.every((count) => count === 1 || count === 2)).toBe(true)
  })

  it('takes what it first made for a constant: the gradient is that of the second look', () => {
    const weight = tidy(() => variable(scalar(0.7)))
    let looks = 0
    const network: DenoisingNetwork = {
      shape: [4, 4, 1],
      variables: () => [weight],
      denoise(x, _alpha, condition) {
        looks++
        return tidy(() => mul(add(x, condition!.context!), weight))
      },
    }
    // Of data 0 the first look makes w x, the second w (1 + w) x, so the loss is w² (1 + w)² x², and 2/w times it its slope without the inner w.
    const model = diffusion({ network, selfConditioning: true, prediction: dataPrediction(), range: null })
    const seen = new Set<number>()
    for (let seed = 0; seed < 10; seed++) {
      looks = 0
      tidy(() => {
        const { value, grads } = variableGrads(() => model.players[0].loss({ x: zeros([3, 4, 4, 1]) }, key(seed)).total)
        const slope = grads[weight.name]!.dataSync()[0]!
        expect((slope * 0.7) / (2 * value.dataSync()[0]!)).toBeCloseTo(1, 4)
      })
      seen.add(looks)
    }
    expect(seen).toEqual(new Set([1, 2]))
    weight.dispose()
  })

  it('takes an estimate as a condition, zeros without one, behind a context', () => {
    const shown: number[][] = []
    const model = diffusion({ network: mirror(shown), selfConditioning: true })
    tidy(() => {
      const [x, alpha] = [ones([1, 4, 4, 1]), tensor1d([0.5])]
      model.denoise(x, alpha)
      model.denoise(x, alpha, { clean: fill([1, 4, 4, 1], 2) })
      model.denoise(x, alpha, { clean: fill([1, 4, 4, 1], 2), context: fill([1, 4, 4, 1], 3) })
    })
    expect(new Set(shown[0])).toEqual(new Set([0]))
    expect(new Set(shown[1])).toEqual(new Set([2]))
    expect(shown[2]!.slice(0, 4)).toEqual([3, 2, 3, 2])
  })

  it('trains, samples and comes back with a U-Net, leaving nothing', async () => {
    const before = memory().numTensors
    const make = () => diffusion({ network: unet({ ...small, context: [4, 4, 1] }), selfConditioning: true })
    const model = make()
    const all = await losses(model)
    expect(all.every(Number.isFinite)).toBe(true)
    const again = make()
    expect(await losses(again)).toEqual(all)
    const config = JSON.parse(JSON.stringify(model.config))
    const copy = diffusionFromConfig(config, { network: unetFromConfig })
    expect(copy.config).toEqual(config)
    const images = await model.sample({ count: 2, sampler: ddim({ steps: 3 }), key: key(2) })
    expect([...images.dataSync()].every(Number.isFinite)).toBe(true)
    images.dispose()
    for (const one of [model, again, copy]) one.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('is refused for a network that takes no context, or one of another size', () => {
    for (const [context, got] of [
      [[], 'one that takes none'],
      [[2, 2, 1], 'one of [2, 2, 1]'],
    ] as const) {
      const network = unet({ ...small, context: [...context] })
      expect(() => diffusion({ network, selfConditioning: true })).toThrow(
        `expected a network that takes a context of the data’s size, for selfConditioning, got ${got}; make it with context: [4, 4, 1]`,
      )
      network.dispose()
    }
  })
})

describe('offset noise', () => {
  it('adds its variance to ε, shared by the pixels of a channel', () => {
    let spread = Number.NaN
    const network: DenoisingNetwork = {
      shape: [8, 8, 2],
      variables: () => [],
      denoise(x) {
        spread = tidy(() => moments(mean(x, [1, 2])).variance.dataSync()[0]!)
        return zeros(x.shape)
      },
    }
    const spreadOfMeans = (offsetNoise: number) =>
      tidy(() => {
        const model = diffusion({ network, offsetNoise, range: null })
        model.lossAt({ x: zeros([400, 8, 8, 2]) }, fill([400], 0.0001) as Tensor1D, key(1))
        return spread
      })
    // The mean of 64 pixels has 1/64 of their variance, and all of what they share.
    expect(spreadOfMeans(0)).toBeCloseTo(1 / 64, 2)
    expect(spreadOfMeans(0.5)).toBeCloseTo(1 / 64 + 0.25, 1)
  })

  it('is a plain number from 0 to 1, kept in the config', () => {
    const network = matrixNetwork([2, 2, 1])
    expect(diffusion({ network, offsetNoise: 0.1 }).config.offsetNoise).toBe(0.1)
    for (const offsetNoise of [-0.1, 2, Number.NaN]) {
      expect(() => diffusion({ network, offsetNoise })).toThrow('diffusion.diffusion: expected offsetNoise')
    }
    network.dispose()
  })
})

describe('the profile of a loss', () => {
  it('is the root mean square in equal parts of time, and makes times of which large losses have more', async () => {
    // Predicts nothing of x₀, whose loss is then weighted by min(SNR, 1): 1 where there is signal, SNR where there is not.
    const network: DenoisingNetwork = { shape: [2], variables: () => [], denoise: (x) => zeros(x.shape) }
    const schedule = logSnrLinear({ max: 4, min: -4 })
    const model = diffusion({
      network,
      schedule,
      prediction: dataPrediction(),
      loss: l1(),
      weighting: minSnrWeighting({ gamma: 1 }),
    })
    const batches = { at: () => ({ x: ones([100, 2]) }) }
    const profile = await lossProfile(model, batches, { bins: 4, count: 2, key: key(1) })
    expect(profile.slice(0, 2)).toBeAllClose([2, 2], { rtol: 1e-3 })
    // Twice the root of the mean of SNR² = exp(2 λ) over λ from 0 to −2, and to −4.
    const rms = (from: number, to: number) => 2 * Math.sqrt((Math.exp(2 * from) - Math.exp(2 * to)) / (2 * (from - to)))
    expect(profile.slice(2)).toBeAllClose([rms(0, -2), rms(-2, -4)], { rtol: 0.15 })
    expect(await lossProfile(model, batches, { bins: 4, count: 2, key: key(1) })).toEqual(profile)
    expect(importanceTimes({ profile }).config.profile).toEqual(profile)
  })

  it('refuses no bins, and no batches', async () => {
    const network = matrixNetwork([2])
    const model = diffusion({ network })
    const batches = { at: () => ({ x: ones([4, 2]) }) }
    for (const wrong of [{ bins: 0 }, { count: 0 }]) {
      await expect(lossProfile(model, batches, { ...wrong, key: key(1) })).rejects.toThrow(
        'diffusion.lossProfile: expected',
      )
    }
    network.dispose()
  })
})

describe('dropout of the U-Net', () => {
  it('is drawn from the training’s key, and not when sampling', async () => {
    const make = (dropout: number) => diffusion({ network: unet({ ...small, dropout }) })
    const models = [make(0), make(0.5), make(0.5)]
    const [plain, dropping, again] = [await losses(models[0]!), await losses(models[1]!), await losses(models[2]!)]
    expect(again).toEqual(dropping)
    expect(dropping[3]).not.toBe(plain[3])
    const alpha = tensor1d([0.3, 0.5, 0.7])
    const x = normal(key(3), [3, 4, 4, 1])
    const [one, two] = [models[1]!.denoise(x, alpha), models[1]!.denoise(x, alpha)]
    expect(two.dataSync()).toEqual(one.dataSync())
    dispose([alpha, x, one, two])
    for (const model of models) model.dispose()
  })
})
