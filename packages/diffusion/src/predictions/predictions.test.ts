/** The laws of parameterizations, over all of them and all levels. */
import { key, normal, useBackend } from '@gen/backend'
import { add, mean, mul, scalar, sqrt, square, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Level, levelOfSigma } from '../schedules/level.ts'
import { dataPrediction } from './data-prediction.ts'
import { edmPrediction } from './edm-prediction.ts'
import { flowPrediction } from './flow-prediction.ts'
import { parameterizationFromConfig } from './from-config.ts'
import { noisePrediction } from './noise-prediction.ts'
import type { Parameterization, RateTensors } from './parameterization.ts'
import { velocityPrediction } from './velocity-prediction.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const all: Record<string, Parameterization> = {
  noise: noisePrediction(),
  data: dataPrediction(),
  velocity: velocityPrediction(),
  flow: flowPrediction(),
  'EDM, 0.5': edmPrediction(),
  'EDM, 2': edmPrediction({ sigmaData: 2 }),
}

/** EDM's levels, and no signal at all. */
const levels: Level[] = [0.002, 0.01, 0.1, 0.5, 1, 3, 20, 80, 700, Number.POSITIVE_INFINITY].map(levelOfSigma)

const shape = [4, 3]
const x0 = () => normal(key(1), shape)
const eps = () => normal(key(2), shape)
const scales = ({ signal, noise }: Level): RateTensors => ({ signal: scalar(signal), noise: scalar(noise) })
const stateOf = (level: Level): Tensor => add(mul(x0(), level.signal), mul(eps(), level.noise))

/** Largest difference over the largest number. */
function error(a: Tensor, b: Tensor): number {
  const [left, right] = [[...a.dataSync()], [...b.dataSync()]]
  return Math.max(...left.map((value, i) => Math.abs(value - right[i]!))) / Math.max(...right.map(Math.abs))
}

/** How much an error of the output counts in x̂₀ or ε, where a division by the signal or the noise makes it larger. */
function condition(kind: string, { signal, noise }: Level): number {
  if (kind === 'noise') return Math.max(1, noise / signal)
  return kind === 'data' ? Math.max(1, signal / noise) : 1
}

describe.each(Object.entries(all))('%s', (_name, prediction) => {
  const { kind } = prediction.config
  const seen = levels.filter(({ signal }) => signal > 0 || !prediction.needsSignal)

  it.each(seen)('gives back the data and the noise that it was made of, at %o', (level) => {
    tidy(() => {
      const scale = scales(level)
      const read = prediction.read(prediction.target(x0(), eps(), scale), stateOf(level), scale)
      expect(error(read.clean, x0())).toBeLessThan(1e-6 * condition(kind, level))
      expect(error(read.eps, eps())).toBeLessThan(1e-6 * condition(kind, level))
    })
  })

  it.each(seen)('reads any output as data and noise that make up the state, at %o', (level) => {
    tidy(() => {
      const [output, x] = [normal(key(3), shape), stateOf(level)]
      const { clean, eps: noise } = prediction.read(output, x, scales(level))
      expect(error(add(mul(clean, level.signal), mul(noise, level.noise)), x)).toBeLessThan(4e-6)
    })
  })

  it.each(Object.entries(all))('converts to %s and back', (_other, other) => {
    for (const level of seen.filter(({ signal }) => signal > 0 || !other.needsSignal)) {
      tidy(() => {
        const [output, x, scale] = [normal(key(3), shape), stateOf(level), scales(level)]
        const first = prediction.read(output, x, scale)
        const second = other.read(other.target(first.clean, first.eps, scale), x, scale)
        const again = prediction.target(second.clean, second.eps, scale)
        const worst = condition(kind, level) * condition(other.config.kind, level)
        expect(error(again, output)).toBeLessThan(4e-6 * worst)
      })
    }
  })

  it.each(seen)('tells by how much the data move with the output, at %o', (level) => {
    tidy(() => {
      const [x, scale] = [stateOf(level), scales(level)]
      const [output, step] = [normal(key(3), shape), normal(key(4), shape)]
      const [before, after] = [output, add(output, step)].map((given) => prediction.read(given, x, scale).clean)
      const length = (of: Tensor) => Math.sqrt([...of.dataSync()].reduce((sum, value) => sum + value ** 2, 0))
      const gain = prediction.gain(scale).dataSync()[0]!
      const moved = length(add(after!, mul(before!, -1))) / length(step)
      expect(Math.abs(moved - gain)).toBeLessThan(1e-5 * Math.max(1, gain))
    })
  })

  it('does for columns of rates what it does for numbers', () => {
    tidy(() => {
      const [x, y] = [x0(), eps()]
      const alphas = [0.1, 0.4, 0.7, 0.95]
      const ratio = tensor2d(alphas, [4, 1])
      const columns = { signal: sqrt(ratio), noise: sqrt(add(1, mul(ratio, -1))) }
      const together = [...prediction.target(x, y, columns).dataSync()]
      alphas.forEach((alpha, row) => {
        const level = { signal: Math.sqrt(alpha), noise: Math.sqrt(1 - alpha) }
        const alone = prediction.target(x, y, scales(level)).dataSync()
        expect(together.slice(3 * row, 3 * row + 3)).toBeAllClose([...alone].slice(3 * row, 3 * row + 3))
      })
    })
  })

  it('comes back from its configuration as JSON', () => {
    expect(parameterizationFromConfig(JSON.parse(JSON.stringify(prediction.config))).config).toEqual(prediction.config)
  })
})

describe('EDM', () => {
  /** The paper's coefficients, table 1, of σ. */
  const published = (sigma: number, d: number) => ({
    skip: d ** 2 / (sigma ** 2 + d ** 2),
    out: (sigma * d) / Math.hypot(sigma, d),
    in: 1 / Math.hypot(sigma, d),
  })

  it.each([0.002, 0.05, 1, 12, 80])('is c_skip x + c_out F(c_in x) of the paper at σ = %f', (sigma) => {
    for (const sigmaData of [0.5, 1, 2]) {
      tidy(() => {
        const level = levelOfSigma(sigma)
        const scale = scales(level)
        const prediction = edmPrediction({ sigmaData })
        const unscaled = add(x0(), mul(eps(), sigma))
        const x = mul(unscaled, level.signal)
        const c = published(sigma, sigmaData)
        expect(error(prediction.input!(x, scale), mul(unscaled, c.in))).toBeLessThan(1e-6)
        const output = normal(key(3), shape)
        const denoised = add(mul(unscaled, c.skip), mul(output, c.out))
        expect(error(prediction.read(output, x, scale).clean, denoised)).toBeLessThan(1e-6)
      })
    }
  })

  it.each(levels)('feeds and asks for unit variance where the data have the deviation it is told, at %o', (level) => {
    tidy(() => {
      const many = [20_000, 1]
      const prediction = edmPrediction({ sigmaData: 0.3 })
      const [data, noise] = [mul(normal(key(5), many), 0.3), normal(key(6), many)]
      const x = add(mul(data, level.signal), mul(noise, level.noise))
      for (const values of [prediction.input!(x, scales(level)), prediction.target(data, noise, scales(level))]) {
        expect(Math.abs(mean(square(values)).dataSync()[0]! - 1)).toBeLessThan(0.03)
      }
    })
  })

  it('for data of unit variance is v with its sign turned, of x itself', () => {
    for (const level of levels) {
      tidy(() => {
        const scale = scales(level)
        const edm = edmPrediction({ sigmaData: 1 })
        expect(error(edm.input!(x0(), scale), x0())).toBeLessThan(1e-6)
        const v = velocityPrediction().target(x0(), eps(), scale)
        expect(error(edm.target(x0(), eps(), scale), mul(v, -1))).toBeLessThan(1e-6)
      })
    }
  })

  it('of no deviation is refused', () => {
    for (const sigmaData of [0, -1, Number.NaN, 1e6]) {
      expect(() => edmPrediction({ sigmaData })).toThrow('diffusion.edmPrediction: expected sigmaData')
    }
  })
})

describe('v', () => {
  it('is how the state turns: its derivative by the angle', () => {
    tidy(() => {
      const angle = 0.7
      const at = (phi: number) => add(mul(x0(), Math.cos(phi)), mul(eps(), Math.sin(phi)))
      const slope = mul(add(at(angle + 1e-2), mul(at(angle - 1e-2), -1)), 50)
      const v = velocityPrediction().target(x0(), eps(), scales({ signal: Math.cos(angle), noise: Math.sin(angle) }))
      expect(error(slope, v)).toBeLessThan(1e-4)
    })
  })
})
