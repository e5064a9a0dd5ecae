/** Laws of guidances: what each leads to, where the best denoiser is known. */
import { key, normal, useBackend } from '@gen/backend'
import { add, memory, mul, neg, square, sub, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawMixture, energyDistance, type Mixture, optimalNetwork, rowsOf } from '../fixtures/mixture.ts'
import {
  autoguidance,
  classifierFree,
  classifierGuidance,
  diffusion,
  dpmSolver2M,
  type Guidance,
  type Level,
  levelOf,
  linear,
  type PredictAt,
  projectedGuidance,
} from '../index.ts'
import { normalizer } from '../normalize.ts'
import { sigmaOf } from '../schedules/level.ts'
import { thresholded } from './threshold.ts'

let x: Tensor
const level = levelOf(0.3)

beforeAll(async () => {
  await useBackend('cpu')
  x = normal(key(1), [3, 2, 2, 1])
})

afterAll(() => x.dispose())

/** A predictor whose x̂₀ is a multiple of another draw, and which counts its calls. */
function predictor(seed: number, scale = 1): PredictAt & { calls: number } {
  const predict = (state: Tensor, at: Level | readonly Level[]) => {
    made.calls += 1
    const { signal, noise } = at as Level
    return tidy(() => {
      const clean = mul(normal(key(seed), state.shape), scale)
      return { clean, eps: mul(sub(state, mul(clean, signal)), 1 / noise) }
    })
  }
  const made = Object.assign(predict as PredictAt, { calls: 0 })
  return made
}

/** ε and x̂₀ of a guided prediction, which must be two views of x. */
function led(
  guidance: Guidance,
  own: PredictAt,
  free: PredictAt,
  at: Level = level,
): { eps: number[]; clean: number[] } {
  const before = memory().numTensors
  const { eps, clean } = guidance(own, free)(x, at, {})
  const again = tidy(() => add(mul(clean, at.signal), mul(eps, at.noise)))
  expect(again.dataSync()).toBeAllClose(x.dataSync(), { atol: 1e-5 })
  const values = { eps: [...eps.dataSync()], clean: [...clean.dataSync()] }
  for (const tensor of [eps, clean, again]) tensor.dispose()
  expect(memory().numTensors).toBe(before)
  return values
}

const cleanOf = (predict: PredictAt) => led((given) => given, predict, predict).clean

function spread(values: readonly number[]): number {
  const center = values.reduce((total, value) => total + value, 0) / values.length
  return Math.sqrt(values.reduce((total, value) => total + (value - center) ** 2, 0) / values.length)
}

describe('classifier-free guidance', () => {
  const [own, free] = [predictor(2), predictor(3)]

  it('goes from no class through the class and beyond', () => {
    for (const weight of [0, 0.5, 1, 4]) {
      const expected = cleanOf(own).map((value, i) => cleanOf(free)[i]! + weight * (value - cleanOf(free)[i]!))
      expect(led(classifierFree({ weight }), own, free).clean).toBeAllClose(expected, { atol: 1e-5 })
    }
  })

  it('asks once where the weight is 1: outside of its interval too, and where its own schedule says so', () => {
    const sigma = sigmaOf(level)
    const asked = (guidance: Guidance) => {
      const counted = [predictor(2), predictor(3)] as const
      led(guidance, ...counted)
      return counted[0].calls + counted[1].calls
    }
    expect(asked(classifierFree({ weight: 3 }))).toBe(2)
    expect(asked(classifierFree({ weight: 1 }))).toBe(1)
    expect(asked(classifierFree({ weight: 3, interval: [0, sigma / 2] }))).toBe(1)
    expect(asked(classifierFree({ weight: 3, interval: [sigma / 2, 2 * sigma] }))).toBe(2)
    expect(asked(classifierFree({ weight: ({ signal }) => (signal > 0.9 ? 3 : 1) }))).toBe(1)
  })

  it('has the weight of the level', () => {
    const weight = ({ noise }: Level) => 10 * noise
    const fixed = classifierFree({ weight: 10 * level.noise })
    expect(led(classifierFree({ weight }), own, free)).toEqual(led(fixed, own, free))
  })

  it('rescaled has the deviation of the class’s own x̂₀ in each row', () => {
    const { clean } = led(classifierFree({ weight: 8, rescale: 1 }), own, free)
    const plain = led(classifierFree({ weight: 8 }), own, free).clean
    for (let row = 0; row < 3; row++) {
      const of = (values: readonly number[]) => spread(values.slice(4 * row, 4 * row + 4))
      expect(of(clean)).toBeCloseTo(of(cleanOf(own)), 4)
      expect(of(plain)).toBeGreaterThan(2 * of(cleanOf(own)))
    }
  })
})

describe('projected guidance', () => {
  const [own, free] = [predictor(2), predictor(3)]

  it('is classifier-free where the parallel part counts in full', () => {
    const one = led(projectedGuidance({ weight: 5, parallel: 1 }), own, free)
    expect(one.clean).toBeAllClose(led(classifierFree({ weight: 5 }), own, free).clean, { atol: 1e-4 })
  })

  it('adds only what is orthogonal to the class’s own x̂₀, at most as long as it may be', () => {
    const mine = cleanOf(own)
    for (const longest of [Number.POSITIVE_INFINITY, 0.1]) {
      const { clean } = led(projectedGuidance({ weight: 5, longest }), own, free)
      for (let row = 0; row < 3; row++) {
        const places = [0, 1, 2, 3].map((i) => 4 * row + i)
        const added = places.map((i) => clean[i]! - mine[i]!)
        expect(places.reduce((total, i, j) => total + added[j]! * mine[i]!, 0)).toBeCloseTo(0, 4)
        const length = Math.hypot(...added)
        expect(length).toBeGreaterThan(0.01)
        if (longest < 1) expect(length).toBeLessThan(4 * 0.1 * 2 + 1e-4)
      }
    }
  })
})

it('autoguidance leads away from the worse model, and needs no class', () => {
  const [own, weak] = [predictor(2), predictor(4)]
  const guidance = autoguidance({ weak: { predictAt: weak }, weight: 2 })
  const expected = cleanOf(own).map((value, i) => 2 * value - cleanOf(weak)[i]!)
  expect(led(guidance, own, own).clean).toBeAllClose(expected, { atol: 1e-5 })
  expect(guidance.needsFree).toBe(false)
})

it('classifier guidance by a log density makes the product of both', async () => {
  // N(0, 1) data, told that y = x₀ + N(0, 0.5²) noise was 1: N(0.8, 0.2). The noisy x says of y: N(s x, s² ⋅ 0 + n² + 0.25).
  const one: Mixture = { means: [[0, 0]], stds: [1], weights: [1] }
  const model = diffusion({ network: optimalNetwork(one), schedule: linear({ start: 1e-3 }) })
  const score = (state: Tensor, at: Level | readonly Level[]) => {
    const { signal, noise } = at as Level
    return tidy(() => mul(sum(square(sub(1, mul(state, signal))), 1), -0.5 / (noise ** 2 + 0.25)) as Tensor1D)
  }
  const options = { count: 4000, batchSize: 4000, key: key(5), sampler: dpmSolver2M({ steps: 40 }) }
  const points = await model.sample({ ...options, guidance: classifierGuidance({ score }) })
  const product: Mixture = { means: [[0.8, 0.8]], stds: [Math.sqrt(0.2)], weights: [1] }
  const [made, exact] = [rowsOf(points).slice(0, 1500), drawMixture(product, 1500, key(6))]
  points.dispose()
  expect(energyDistance(made, exact)).toBeLessThan(0.005)
})

describe('thresholding', () => {
  const data = normalizer({ range: [0, 1], mean: 0.5, std: 0.5 })
  const wild = predictor(2, 3)

  it('dynamic shrinks each row until the wanted share is in range, and leaves what is in range', () => {
    const raw = cleanOf(wild)
    for (const percentile of [0.5, 0.8, 1]) {
      const kept = cleanOf(thresholded(wild, data, { percentile }))
      for (let row = 0; row < 3; row++) {
        const sizes = raw
          .slice(4 * row, 4 * row + 4)
          .map(Math.abs)
          .sort((a, b) => a - b)
        const place = percentile * 3
        const below = Math.floor(place)
        const quantile = sizes[below]! + (place - below) * ((sizes[below + 1] ?? 0) - sizes[below]!)
        const size = Math.max(1, place === 3 ? sizes[3]! : quantile)
        const expected = raw.slice(4 * row, 4 * row + 4).map((value) => Math.max(-1, Math.min(1, value / size)))
        expect(kept.slice(4 * row, 4 * row + 4)).toBeAllClose(expected, { atol: 1e-5 })
      }
    }
    const tame = predictor(2, 0.01)
    expect(cleanOf(thresholded(tame, data, {}))).toBeAllClose(cleanOf(tame), { atol: 1e-6 })
  })

  it('static clips', () => {
    const expected = cleanOf(wild).map((value) => Math.max(-1, Math.min(1, value)))
    expect(cleanOf(thresholded(wild, data))).toBeAllClose(expected, { atol: 1e-6 })
  })
})

describe('what cannot lead is refused', () => {
  const range = { code: 'range' }
  it.each<[string, () => unknown]>([
    ['a negative weight', () => classifierFree({ weight: -1 })],
    ['a rescaling above 1', () => classifierFree({ weight: 2, rescale: 1.5 })],
    ['an empty interval', () => classifierFree({ weight: 2, interval: [2, 1] })],
    ['no length', () => projectedGuidance({ weight: 2, longest: 0 })],
    ['less than no weight of a score', () => classifierGuidance({ score: (at) => sum(neg(at), 1), weight: -2 })],
    ['less than no weight of a weak model', () => autoguidance({ weak: { predictAt: predictor(1) }, weight: -2 })],
  ])('%s', (_, make) => {
    expect(make).toThrow(expect.objectContaining(range))
  })

  it('one that asks without class, of a model without', async () => {
    const model = diffusion({ network: optimalNetwork({ means: [[0, 0]], stds: [1], weights: [1] }) })
    const asked = model.sample({ count: 1, key: key(0), guidance: projectedGuidance({ weight: 3 }) })
    await expect(asked).rejects.toThrow(
      'got one that asks without class with nothing to guide by; make the model with classes',
    )
    await expect(model.sample({ count: 1, key: key(0), clip: { percentile: 2 } })).rejects.toThrow('clip.percentile')
  })
})
