/** A learned range: its bound is least at the variance that is right, with which DDPM's steps are exact on a Gaussian. */
import { key, normal, useBackend } from '@gen/backend'
import {
  concat,
  fill,
  grad,
  mean,
  mul,
  ones,
  slice,
  square,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  ddpmAncestral,
  diffusion,
  evenSpacing,
  learnedRange,
  linear,
  pointDenoiser,
  type SampleStep,
  velocityPrediction,
} from '../index.ts'
import { alphaOf } from '../schedules/level.ts'
import { diffuse } from './forward.ts'
import { parameterizationFromConfig } from './from-config.ts'
import { noisePrediction } from './noise-prediction.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Of the data, normal with mean 0. */
const variance = 0.3
const steps = 8
const schedule = linear({ start: 0.2 })
const logSnr = (alpha: number) => Math.log(alpha / (1 - alpha))

/** ε of x, exactly. */
const exactNoise = (x: Tensor, alpha: number): Tensor => mul(x, Math.sqrt(1 - alpha) / (alpha * variance + 1 - alpha))

/** Where the right variance of the step from α to α′ lies between β̃ and β: the mean of x₀ is not known, so it is above β̃. */
function rightSpread(alpha: number, next: number): number {
  const beta = 1 - alpha / next
  const posterior = ((1 - next) / (1 - alpha)) * beta
  const unknown = (variance * (1 - alpha)) / (alpha * variance + 1 - alpha)
  const right = posterior + ((Math.sqrt(next) * beta) / (1 - alpha)) ** 2 * unknown
  return Math.log(right / posterior) / Math.log(beta / posterior)
}

/** Knows the noise, and says the spread. */
const saying = (spread: (alpha: number) => number) => ({
  shape: [1],
  variables: () => [],
  denoise: (x: Tensor, alpha: Tensor1D) =>
    tidy(() => {
      const ratio = alpha.dataSync()[0]!
      return concat([exactNoise(x, ratio), fill(x.shape, 2 * spread(ratio) - 1)], -1)
    }),
})

describe('on a Gaussian', () => {
  it('the bound is least where the variance is right', () => {
    const span = logSnr(schedule.alpha(0)) - logSnr(schedule.alpha(1))
    for (const alpha of [0.05, 0.4, 0.75]) {
      const next = 1 / (1 + Math.exp(-logSnr(alpha) - span / steps))
      const slopeAt = (spread: number) =>
        tidy(() => {
          const rows = 20_000
          const x0 = mul(normal(key(1), [rows, 1]), Math.sqrt(variance))
          const x = diffuse(x0, alpha, normal(key(2), [rows, 1]))
          const rates = { signal: fill([1, 1], Math.sqrt(alpha)), noise: fill([1, 1], Math.sqrt(1 - alpha)) }
          const place = { x0, x, rates, logSnr: fill([1, 1], logSnr(alpha)), span }
          const bound = (said: Tensor) => {
            const output = concat([exactNoise(x, alpha), mul(said, ones([rows, 1]))], 1)
            return mean(learnedRange(noisePrediction(), { steps, weight: 1 }).bound!(output, place))
          }
          return grad(bound)(tensor1d([2 * spread - 1])).dataSync()[0]!
        })
      const right = rightSpread(alpha, next)
      expect(right).toBeGreaterThan(0.05)
      expect(right).toBeLessThan(0.95)
      expect(slopeAt(right - 0.1)).toBeLessThan(0)
      expect(slopeAt(right + 0.1)).toBeGreaterThan(0)
    }
  })

  it('with it four steps of DDPM reach the variance that the first level asks for, which the two fixed ones miss', async () => {
    const levels = evenSpacing()(schedule, 4).map(alphaOf)
    const nextOf = (alpha: number) => levels.find((level) => level > alpha + 1e-4)!
    const model = diffusion({
      network: saying((alpha) => rightSpread(alpha, nextOf(alpha))),
      ...{ schedule, prediction: learnedRange() },
    })
    const varianceBy = async (kind: 'small' | 'large' | 'learned') => {
      let reached = 0
      const onStep = ({ x, step }: SampleStep) => {
        if (step === 4) reached = tidy(() => mean(square(x)).dataSync()[0]!)
      }
      const sampler = ddpmAncestral({ steps: 4, variance: kind })
      const samples = await model.sample({ count: 20_000, batchSize: 20_000, sampler, key: key(3), onStep })
      samples.dispose()
      return reached
    }
    // The last state that noise was added to.
    const alpha = levels[3]!
    const wanted = alpha * variance + 1 - alpha
    expect(Math.abs((await varianceBy('learned')) - wanted)).toBeLessThan(0.03 * wanted)
    expect(Math.abs((await varianceBy('small')) - wanted)).toBeGreaterThan(0.06 * wanted)
    expect(Math.abs((await varianceBy('large')) - wanted)).toBeGreaterThan(0.06 * wanted)
  })
})

describe('a model', () => {
  /** A network of points whose output has as many numbers again. */
  const wide = () => {
    const inner = pointDenoiser({ size: 4, hidden: [8], key: key(4) })
    return {
      ...{ shape: [2], variables: () => inner.variables(), dispose: () => inner.dispose() },
      denoise: (x: Tensor, alpha: Tensor1D) => tidy(() => inner.denoise(concat([x, x], -1), alpha)),
    }
  }

  it('has the loss of the prediction alone, and the bound times its weight', () => {
    const network = wide()
    const lossOf = (weight: number) => {
      const model = diffusion({ network, prediction: learnedRange(velocityPrediction(), { weight }) })
      return tidy(() => model.lossAt({ x: ones([3, 2]) }, fill([3], 0.4) as Tensor1D, key(5)).arraySync())
    }
    const [none, once, twice] = [lossOf(0), lossOf(0.5), lossOf(1)]
    const narrow = {
      ...network,
      denoise: (x: Tensor, alpha: Tensor1D) => tidy(() => slice(network.denoise(x, alpha), [0, 0], [3, 2])),
    }
    const alone = diffusion({ network: narrow, prediction: velocityPrediction() })
    const expected = tidy(() => alone.lossAt({ x: ones([3, 2]) }, fill([3], 0.4) as Tensor1D, key(5)).arraySync())
    expect(none).toEqual(expected)
    for (const i of [0, 1, 2]) {
      expect(once[i]).toBeGreaterThan(none[i]!)
      expect(twice[i]! - none[i]!).toBeCloseTo(2 * (once[i]! - none[i]!), 4)
    }
    network.dispose()
  })

  it('comes back from its config as JSON, and nests no further', () => {
    const { config } = learnedRange(velocityPrediction(), { steps: 50, weight: 0.01 })
    expect(parameterizationFromConfig(JSON.parse(JSON.stringify(config))).config).toEqual(config)
    expect(() => parameterizationFromConfig({ ...config, of: config })).toThrow('a prediction of the data alone')
    expect(() => learnedRange(learnedRange())).toThrow('expected a prediction of the data alone, got learnedRange')
  })

  it('refuses a network without as many channels again, and sampling what has not been learned', async () => {
    const network = pointDenoiser({ size: 2, hidden: [4], key: key(6) })
    const model = diffusion({ network, prediction: learnedRange() })
    const loss = () => tidy(() => model.lossAt({ x: ones([3, 2]) }, fill([3], 0.4) as Tensor1D, key(5)))
    expect(loss).toThrow('diffusion.learnedRange: expected a network that puts out 4 channels')
    const without = diffusion({ network })
    const sampler = ddpmAncestral({ steps: 2, variance: 'learned' })
    await expect(without.sample({ count: 2, sampler, key: key(0) })).rejects.toThrow(
      "expected a network with a learnedRange() for variance 'learned', got one without",
    )
    network.dispose()
  })
})
