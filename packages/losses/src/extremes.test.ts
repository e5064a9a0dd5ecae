/** Losses and their gradients far out, against float64: right, or the limit, and never NaN for numbers. @module */
import { key, normal, uniform, useBackend } from '@gen/backend'
import {
  add,
  dispose,
  div,
  grads,
  mul,
  reshape,
  round,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulli,
  type Critic,
  categorical,
  discretisedLogistic,
  dragan,
  gaussian,
  gradientPenalty,
  hinge,
  klPerDimension,
  type Likelihood,
  leastSquares,
  minimax,
  mmd,
  msSsimLoss,
  nonSaturating,
  perceptualLoss,
  r1,
  relativistic,
  ssimLoss,
  totalCorrelation,
  wasserstein,
} from './index.ts'
import { kernelDistance } from './testing/kernel-distance.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const infinity = Number.POSITIVE_INFINITY
const logTwoPi = Math.log(2 * Math.PI)
const far = [0, 1e-20, -1e-20, 0.3, -20, 20, 1e4, -1e6, 1e20, -1e20]
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const said = (values: readonly number[]) => values.map(Math.fround)

/** The value of a function, and its gradients in all inputs, which it disposes. */
function evaluate(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): number[] {
  const found = tidy(() => {
    const slopes = grads((...given: Tensor[]) => sum(f(...given)) as Scalar)(inputs)
    return [...f(...inputs).dataSync(), ...slopes.flatMap((slope) => [...slope.dataSync()])]
  })
  dispose(inputs)
  return found
}

describe('likelihoods', () => {
  /** log p of one number and its gradients in the output's channels. */
  const at = (likelihood: Likelihood, x: number, output: number[]) =>
    tidy(() => {
      const data = tensor2d([[x]])
      return evaluate((o) => likelihood.logProb(data, o), tensor2d([output]))
    })

  it('Gaussian: any distance, with σ from 1e-20 to 1e20', () => {
    for (const sigma of [1e-20, 0.3, 1e20]) {
      for (const x of far) {
        for (const mu of [0, 1e4, -1e20]) {
          const gap = Math.fround(Math.fround(x) - Math.fround(mu))
          const z = gap / Math.fround(sigma)
          const expected = [-0.5 * z * z - Math.log(sigma) - 0.5 * logTwoPi, z / sigma]
          expect(at(gaussian({ deviation: sigma }), x, [mu]), `${sigma} ${x} ${mu}`).toBeAllClose(said(expected), {
            rtol: 1e-5,
          })
        }
      }
    }
    expect(at(gaussian(), infinity, [0])[0]).toBe(-infinity)
    expect(at(gaussian(), Number.NaN, [0])[0]).toBeNaN()
    expect(() => gaussian({ deviation: 1e-40 })).toThrow('losses.gaussian: expected deviation a number ≥')
    expect(() => gaussian({ deviation: 1e39 })).toThrow('losses.gaussian: expected deviation a number ≥')
  })

  it('Gaussian with a σ per pixel: raw ±100 and beyond', () => {
    for (const raw of [-1e20, -100, -3, 0, 3, 80]) {
      // z² beyond float32, beside a slope σ(raw) of nearly 0, would be ∞ or NaN: the value is −∞ there.
      for (const gap of [0, 1e-3, -1, 1e6, ...(raw < -20 ? [] : [1e15])]) {
        const floor = Math.log(1e-3)
        const logSigma = floor + softplus(raw - floor)
        const z = gap * Math.exp(-logSigma)
        const slope = sigmoid(raw - floor)
        const expected = [-0.5 * z * z - logSigma - 0.5 * logTwoPi, z * Math.exp(-logSigma), (z * z - 1) * slope]
        const found = at(gaussian({ deviation: 'perPixel' }), gap, [0, raw])
        expect(found, `${raw} ${gap}`).toBeAllClose(said(expected), { rtol: 1e-4, atol: 1e-5 })
      }
    }
  })

  it('Gaussian with a computed σ stays at its floor where the error is 0', () => {
    for (const smallest of [1e-3, 1e-25]) {
      const likelihood = gaussian({ deviation: 'computed', smoothing: 0, smallest })
      const found = tidy(() => {
        const x = tensor2d([[0.25]])
        return likelihood.logProb(x, x, { training: true }).dataSync()
      })
      expect(found).toBeAllClose([-Math.log(smallest) - 0.5 * logTwoPi], { rtol: 1e-6 })
      dispose(likelihood.state!())
    }
  })

  it('Bernoulli: logits to 1e20', () => {
    for (const x of [0, 0.25, 1]) {
      for (const logit of far) {
        const expected = [-x * softplus(-logit) - (1 - x) * softplus(logit), x - sigmoid(logit)]
        expect(at(bernoulli(), x, [logit]), `${x} ${logit}`).toBeAllClose(said(expected), { rtol: 1e-6, atol: 1e-6 })
      }
    }
  })

  it('categorical: logits to 1e20, levels that cannot be, data that are no level', () => {
    const likelihood = categorical({ levels: 3 })
    for (const logits of [
      [0, 1e20, -1e20],
      [-1e20, -1e20, 5],
      [1e4, -3, 1e4],
      [0.5, -infinity, 2],
    ]) {
      const largest = Math.max(...logits)
      const total = logits.reduce((sum_, l) => sum_ + Math.exp(l - largest), 0)
      logits.forEach((logit, level) => {
        const [value, ...slopes] = at(likelihood, level / 2, logits)
        expect([value!], `${logits} ${level}`).toBeAllClose(said([logit - largest - Math.log(total)]), { rtol: 1e-6 })
        if (logit === -infinity) return
        const expected = logits.map((l, i) => (i === level ? 1 : 0) - Math.exp(l - largest) / total)
        expect(slopes, `${logits} ${level}`).toBeAllClose(expected, { atol: 1e-6 })
      })
    }
    expect([-0.5, 1.5, 1e20, infinity].map((x) => at(likelihood, x, [0, 1, 2])[0])).toEqual(
      new Array(4).fill(-infinity),
    )
    expect(at(likelihood, Number.NaN, [0, 1, 2])[0]).toBeNaN()
  })

  it('discretised logistic: locations to 1e20, scales as clipped', () => {
    const width = 1 / 255
    for (const level of [0, 100, 255]) {
      for (const location of [-1e20, -1e4, -1, 0.4, 2, 1e6, 1e20]) {
        for (const raw of [-1e20, -100, -3, 2, 100, 1e20]) {
          const scale = Math.exp(Math.min(7, Math.max(-7, raw)))
          const x = Math.fround(level / 255)
          const [a, b] = [(x - location + width / 2) / scale, (x - location - width / 2) / scale]
          // log (σ(a) − σ(b)) in the tail's own terms.
          const inside = -softplus(-a) - softplus(b) + Math.log(-Math.expm1(-width / scale))
          const expected = level === 0 ? -softplus(-a) : level === 255 ? -softplus(b) : inside
          const [value, ...slopes] = at(discretisedLogistic(), x, [location, raw])
          expect([value!], `${level} ${location} ${raw}`).toBeAllClose(said([expected]), { rtol: 3e-4, atol: 1e-6 })
          expect(slopes.every(Number.isFinite)).toBe(true)
          if (raw < -7 || raw > 7) expect(slopes[1]).toBe(0)
        }
      }
    }
    expect([infinity, -infinity].map((x) => at(discretisedLogistic(), x, [0, 0])[0])).toEqual([-infinity, -infinity])
    expect(at(discretisedLogistic(), Number.NaN, [0, 0])[0]).toBeNaN()
  })

  it('NaN in the output is NaN in the value', () => {
    for (const likelihood of [bernoulli(), gaussian(), categorical({ levels: 2 }), discretisedLogistic()]) {
      expect(at(likelihood, 1, new Array(likelihood.channels).fill(Number.NaN))[0]).toBeNaN()
    }
  })
})

describe('objectives, with logits from 1e-20 to 1e20', () => {
  const cases: [name: string, real: (r: number) => number, fake: (f: number) => number, made: (f: number) => number][] =
    [
      ['minimax', (r) => softplus(-r), softplus, (f) => -softplus(f)],
      ['nonSaturating', (r) => softplus(-r), softplus, (f) => softplus(-f)],
      ['leastSquares', (r) => 0.5 * (r - 1) ** 2, (f) => 0.5 * f * f, (f) => 0.5 * (f - 1) ** 2],
      ['hinge', (r) => Math.max(0, 1 - r), (f) => Math.max(0, 1 + f), (f) => -f],
      ['wasserstein', (r) => -r, (f) => f, (f) => -f],
    ]
  const objectives = [minimax(), nonSaturating(), leastSquares(), hinge(), wasserstein()]

  it.each(cases)('%s', (name, real, fake, made) => {
    const { discriminator, generator } = objectives.find((each) => each.name === name)!
    for (const r of far) {
      for (const f of far) {
        const [value, slopeR, slopeF] = evaluate(
          (a, b) => discriminator(a as Tensor1D, b as Tensor1D),
          tensor1d([r]),
          tensor1d([f]),
        )
        expect([value!], `${r} ${f}`).toBeAllClose(said([real(r) + fake(f)]), { rtol: 1e-6 })
        expect(Number.isFinite(slopeR) && Number.isFinite(slopeF)).toBe(true)
      }
      const zero = tensor1d([0])
      const [value, slope] = evaluate((a) => generator(a as Tensor1D, zero), tensor1d([r]))
      zero.dispose()
      expect([value!], `${r}`).toBeAllClose(said([made(r)]), { rtol: 1e-6 })
      expect(Number.isFinite(slope)).toBe(true)
    }
  })

  it('relativistic', () => {
    for (const r of far) {
      for (const f of far) {
        const found = evaluate(
          (a, b) => relativistic().discriminator(a as Tensor1D, b as Tensor1D),
          tensor1d([r]),
          tensor1d([f]),
        )
        const slope = sigmoid(f - r)
        expect(found, `${r} ${f}`).toBeAllClose(said([softplus(f - r), -slope, slope]), { rtol: 1e-5, atol: 1e-6 })
      }
    }
  })
})

describe('divergences', () => {
  const logVariances = [-170, -100, -30, 0, 30, 88, 100]

  it('KL per dimension', () => {
    for (const v of logVariances) {
      for (const mu of [0, 1e-20, -1e4, 1e20]) {
        const expected = [0.5 * (mu * mu + Math.exp(v) - 1 - v), mu, 0.5 * (Math.exp(v) - 1)]
        const found = evaluate(
          (m, s) => klPerDimension({ mean: m as Tensor2D, logVariance: s as Tensor2D }),
          tensor2d([[mu]]),
          tensor2d([[v]]),
        )
        expect(found, `${v} ${mu}`).toBeAllClose(said(expected), { rtol: 1e-5, atol: 1e-6 })
      }
    }
  })

  describe.each(['weighted', 'stratified'] as const)('the decomposition of KL, %s', (estimator) => {
    const size = 100
    /** The three terms in float64, each pair as the square of a quotient. */
    const reference = (z: number[][], mean: number[][], logVariance: number[][]) => {
      const n = z.length
      const logNormal = (i: number, j: number, d: number) => {
        const gap = z[i]![d]! - mean[j]![d]!
        const v = logVariance[j]![d]!
        return -0.5 * ((gap === 0 ? 0 : gap * gap * Math.exp(-v)) + v + logTwoPi)
      }
      const weight = (i: number, j: number) => {
        if (estimator === 'weighted') return -Math.log(n * size)
        if (i === j) return -Math.log(size)
        return j === (i + 1) % n ? Math.log((size - n + 1) / (size * (n - 1))) : -Math.log(n - 1)
      }
      const lse = (values: number[]) => {
        const largest = Math.max(...values)
        return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0))
      }
      const rows = z.map((row, i) => {
        const others = z.map((_, j) => row.map((__, d) => logNormal(i, j, d)))
        const joint = lse(others.map((each, j) => each.reduce((a, b) => a + b, 0) + weight(i, j)))
        const product = row
          .map((_, d) => lse(others.map((each, j) => each[d]! + weight(i, j))))
          .reduce((a, b) => a + b, 0)
        const own = others[i]!.reduce((a, b) => a + b, 0)
        const prior = row.reduce((total, value) => total - 0.5 * (value * value + logTwoPi), 0)
        return [own - joint, joint - product, product - prior]
      })
      return [0, 1, 2].map((term) => rows.reduce((total, row) => total + row[term]!, 0) / n)
    }

    it.each([-100, -30, 0, 30, 100])('with log σ² = %i, also far from the origin', (v) => {
      for (const offset of [0, 1e4, -1e6]) {
        const mean = [
          [offset, 1],
          [offset + 1, -2],
          [offset - 3, 0],
        ]
        const logVariance = mean.map(() => [v, v])
        // At the means: what draws are, where σ is below float32's step.
        const found = evaluate(
          (m, s, at) => {
            const q = { mean: m as Tensor2D, logVariance: s as Tensor2D }
            const terms = totalCorrelation(at as Tensor2D, q, { datasetSize: size, estimator })
            return tensorOf([terms.mutualInformation, terms.totalCorrelation, terms.dimensionWise])
          },
          tensor2d(mean),
          tensor2d(logVariance),
          tensor2d(mean),
        )
        const expected = reference(mean, mean, logVariance)
        expect(found.slice(0, 3), `${offset}`).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-4 })
        expect(found.some(Number.isNaN)).toBe(false)
      }
    })

    it('of a code 1e20 away is ∞, not NaN', () => {
      const found = tidy(() => {
        const mean = tensor2d([[1e20], [0]])
        const terms = totalCorrelation(
          mean,
          { mean, logVariance: tensor2d([[0], [0]]) },
          { datasetSize: 10, estimator },
        )
        return [terms.mutualInformation, terms.totalCorrelation, terms.dimensionWise].map((t) => t.dataSync()[0]!)
      })
      expect(found[1]).toBeCloseTo(0, 5)
      expect(found[2]).toBe(infinity)
    })
  })

  describe.each([
    ['imq', 'unbiased'],
    ['imq', 'biased'],
    ['rbf', 'unbiased'],
    ['rbf', 'biased'],
  ] as const)('MMD with %s, %s', (kernel, estimator) => {
    const options = { kernel, estimator, scales: [0.1, 1, 5], deviation: 1 }
    const rows = (seed: number, n: number, spread: number, offset: number) =>
      tidy(() => add(mul(normal(key(seed), [n, 3]), spread), offset).arraySync() as number[][])

    it.each([
      ['at the origin', [1, 0], [1, 0]],
      ['both at 1e4', [1, 1e4], [1, 1e4]],
      ['both at −1e6', [1, -1e6], [1, -1e6]],
      ['one at 1e6', [1, 1e6], [1, 0]],
      ['both narrow at 1e4', [1e-2, 1e4], [1e-2, 1e4]],
      ['one 1e5 wide', [1e5, 0], [1, 0]],
      ['one 1e20 wide', [1e20, 0], [1, 0]],
      ['both 1e-20 wide', [1e-20, 0], [1e-20, 0]],
    ] as const)('%s', (_, [spreadX, offsetX], [spreadY, offsetY]) => {
      const [x, y] = [rows(1, 7, spreadX, offsetX), rows(2, 5, spreadY, offsetY)]
      const expected = kernelDistance(x, y, options)
      const fixed = tensor2d(y)
      const [value, ...slope] = evaluate((a) => mmd(a as Tensor2D, fixed, options), tensor2d(x))
      fixed.dispose()
      expect([value!]).toBeAllClose([expected.value], { atol: 3e-6 })
      expect(slope).toBeAllClose(expected.slope.flat(), { rtol: 1e-4, atol: 1e-6 })
    })

    it('with one code at 1e20, or at infinity, measures the others as they are', () => {
      const [x, y] = [rows(1, 7, 1, 10), rows(2, 5, 1, 10)]
      for (const outlier of [1e20, -3e38, infinity]) {
        for (const place of [0, 3, 6]) {
          const spoilt = x.map((row, i) => (i === place ? [outlier, ...row.slice(1)] : row))
          const expected = kernelDistance(
            spoilt.map((row) => row.map((value) => Math.min(value, 1e100))),
            y,
            options,
          )
          const fixed = tensor2d(y)
          const [value, ...slope] = evaluate((a) => mmd(a as Tensor2D, fixed, options), tensor2d(spoilt))
          fixed.dispose()
          expect([value!], `${outlier} ${place}`).toBeAllClose([expected.value], { atol: 3e-6 })
          expect(slope, `${outlier} ${place}`).toBeAllClose(expected.slope.flat(), { rtol: 1e-4, atol: 1e-6 })
        }
      }
    })

    it('with NaN is NaN', () => {
      const [x, y] = [tensor2d([[1], [Number.NaN], [0]]), tensor2d([[1], [2], [0]])]
      const value = mmd(x, y, options)
      expect(value.dataSync()[0]).toBeNaN()
      dispose([x, y, value])
    })

    it('with deviations far from 1 is that of scaled codes', () => {
      const [x, y] = [rows(1, 7, 1, 0), rows(2, 5, 1, 0.5)]
      const expected = kernelDistance(x, y, options).value
      for (const factor of [2 ** -60, 2 ** 60]) {
        const value = tidy(() =>
          mmd(mul(tensor2d(x), factor), mul(tensor2d(y), factor), { ...options, deviation: factor }).dataSync(),
        )
        expect(value).toBeAllClose([expected], { atol: 3e-6 })
      }
    })
  })
})

function tensorOf(scalars: readonly Scalar[]): Tensor {
  return add(
    add(mul(scalars[0]!, tensor1d([1, 0, 0])), mul(scalars[1]!, tensor1d([0, 1, 0]))),
    mul(scalars[2]!, tensor1d([0, 0, 1])),
  )
}

describe('penalties, where the critic’s slope is from 0 to 1e20', () => {
  const slopeOf = (penalty: ReturnType<typeof r1>, slope: number) =>
    tidy(() => {
      const batch = { real: normal(key(1), [4, 1]), fake: normal(key(2), [4, 1]) }
      const loss = (a: Tensor) => {
        const critic: Critic = (x) => reshape(mul(x, a), [-1]) as Tensor1D
        return penalty(critic, batch, key(3))
      }
      return evaluate(loss, tensor(slope))
    })

  it.each([0, 1e-20, 1e-3, 1, 1e4])('%d', (slope) => {
    expect(slopeOf(r1({ weight: 2 }), slope)).toBeAllClose([slope ** 2, 2 * slope], { rtol: 1e-5, atol: 1e-9 })
    // ε = 1e-12 under the root counts where the slope is below 1e-6, and nowhere else.
    const norm = Math.sqrt(slope * slope + 1e-12)
    for (const penalty of [gradientPenalty({ weight: 1 }), dragan({ weight: 1 })]) {
      expect(slopeOf(penalty, slope)).toBeAllClose([(norm - 1) ** 2, (2 * (norm - 1) * slope) / norm], {
        rtol: 1e-4,
        atol: 1e-5,
      })
    }
  })

  it('1e20 is ∞: its square is beyond float32', () => {
    for (const penalty of [r1(), gradientPenalty(), dragan()]) expect(slopeOf(penalty, 1e20)[0]).toBe(infinity)
  })
})

describe('similarity', () => {
  const picture = (seed: number) => uniform(key(seed), [1, 24, 24, 1]) as Tensor4D

  it.each([
    ['ssimLoss', ssimLoss],
    ['msSsimLoss', msSsimLoss],
  ] as const)('%s: contrast does not depend on where the range lies', (_, loss) => {
    // Means of 1e4 and more agree to a part in 1e8: what is left is contrast and structure, on a grid that float32 holds.
    const grid = (seed: number) => div(round(mul(picture(seed), 64)), 64)
    const at = (offset: number) =>
      tidy(() => {
        const [x, y] = [add(grid(1), offset) as Tensor4D, add(grid(2), offset) as Tensor4D]
        const found = grads((a: Tensor) => sum(loss(a as Tensor4D, y, { range: [offset, offset + 1] })))([x])
        const options = { range: [offset, offset + 1] } as const
        return [...loss(x, y, options).dataSync(), ...found[0]!.dataSync()]
      })
    expect(at(1e5)).toBeAllClose(at(1e4), { rtol: 1e-4, atol: 1e-5 })
  })

  it('of flat images is about their means alone, equal ones give 0', () => {
    const flat = (value: number) => tensor4d(new Float32Array(24 * 24).fill(value), [1, 24, 24, 1])
    const c1 = 0.01 ** 2
    for (const [a, b] of [
      [0, 0],
      [1, 1],
      [0.25, 0.5],
      [0, 1],
      [0.999, 1],
    ] as const) {
      const expected = 1 - (2 * a * b + c1) / (a * a + b * b + c1)
      const [value, ...slope] = tidy(() => {
        const other = flat(b)
        return evaluate((x) => ssimLoss(x as Tensor4D, other), flat(a))
      })
      expect([value!], `${a} ${b}`).toBeAllClose([expected], { atol: 2e-6 })
      expect(slope.every(Number.isFinite)).toBe(true)
    }
  })

  it('of activations from 1e-20 to 1e20 is the distance of their directions; below 1e-5 they count as shorter', () => {
    const distance = perceptualLoss({ features: (x) => mul(x, 1), unitLength: true })
    const between = (scale: number) =>
      tidy(
        () => distance(tensor4d([3 * scale, 4 * scale], [1, 1, 1, 2]), tensor4d([4, 3], [1, 1, 1, 2])).dataSync()[0]!,
      )
    for (const scale of [1e-2, 1, 1e4, 1e20, 6e37]) expect([between(scale)]).toBeAllClose([0.08], { rtol: 1e-4 })
    for (const scale of [0, 1e-20, 1e-6, 1e-5]) {
      const length = 5 * scale
      const factor = length / Math.sqrt(length ** 2 + 1e-10)
      const expected = (0.6 * factor - 0.8) ** 2 + (0.8 * factor - 0.6) ** 2
      expect([between(scale)], `${scale}`).toBeAllClose([expected], { rtol: 1e-4 })
    }
  })
})
