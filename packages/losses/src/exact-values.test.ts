/** Constants, clamps and draws that could hide in a band, each against its formula. @module */
import { key, normal, uniform, useBackend } from '@gen/backend'
import {
  dispose,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulliLikelihood,
  type Critic,
  categoricalLikelihood,
  cyclicAnnealing,
  discretizedLogisticLikelihood,
  draganPenalty,
  gaussianLikelihood,
  gradientPenalty,
  linearAnnealing,
  mmdLoss,
  msSsimLoss,
  type Penalty,
  ssimLoss,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('where penalties look', () => {
  /** The points at which a penalty asks for the critic's gradient. */
  function seen(penalty: Penalty, real: Tensor, fake: Tensor): number[] {
    const points: number[][] = []
    const critic: Critic = (x) => {
      points.push([...x.dataSync()])
      return tidy(() => sum(mul(x, 2), 1))
    }
    penalty(critic, { real, fake }, key(8)).dispose()
    return points[0]!
  }

  it('WGAN-GP: u·real + (1 − u)·fake, a share of its own for each pair and one for all of its numbers', () => {
    tidy(() => {
      const [real, fake] = [normal(key(1), [6, 3]), normal(key(2), [6, 3])]
      const share = uniform(key(8), [6, 1]).dataSync()
      expect(new Set(share).size).toBe(6)
      const [a, b] = [real.dataSync(), fake.dataSync()]
      const expected = Array.from(a, (value, at) => b[at]! + share[Math.floor(at / 3)]! * (value - b[at]!))
      expect(seen(gradientPenalty(), real, fake)).toBeAllClose(expected)
    })
  })

  it('DRAGAN: half of the batch’s deviation, over all its numbers, times a number of its own for each', () => {
    tidy(() => {
      const real = mul(normal(key(1), [6, 3]), tensor1d([1, 3, 9]))
      const values = Array.from(real.dataSync())
      const mean = values.reduce((total, value) => total + value, 0) / 18
      const deviation = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / 18)
      const noise = normal(key(8), [6, 3]).dataSync()
      expect(new Set(noise).size).toBe(18)
      const at = (scale: number) => values.map((value, i) => value + scale * deviation * noise[i]!)
      expect(seen(draganPenalty(), real, real)).toBeAllClose(at(0.5), { rtol: 1e-5 })
      expect(seen(draganPenalty({ deviation: 2 }), real, real)).toBeAllClose(at(2), { rtol: 1e-5 })
    })
  })

  it('weighs by 10 unless told', () => {
    const names = [gradientPenalty(), draganPenalty()].map(({ config }) => [config.weight, config.target])
    expect(names).toEqual([
      [10, 1],
      [10, 1],
    ])
  })
})

describe('clamps', () => {
  it('factors of MS-SSIM below 1e-6 count as 1e-6', () => {
    const weights = [0.3, 0.7]
    const stripes = Float32Array.from({ length: 24 * 24 }, (_, at) => (Math.floor(at / 24) % 4 < 2 ? 0 : 1))
    const value = tidy(() => {
      const x = tensor4d(stripes, [1, 24, 24, 1])
      return msSsimLoss(x, sub(1, x), { weights, window: 5 }).dataSync()
    })
    expect(value).toBeAllClose([1 - 1e-6], { atol: 1e-7, rtol: 0 })
  })

  it('SSIM is (2μₓμᵧ + c₁)(2σₓᵧ + c₂)/((μₓ² + μᵧ² + c₁)(σₓ² + σᵧ² + c₂)) with c = (0.01 R)², (0.03 R)²', () => {
    // A window of one number: variances are 0 and the index is the luminance; one of three by hand.
    const [a, b] = [
      [0.1, 0.7, 0.4, 0.3, 0.9, 0.2, 0.6, 0.5, 0.8],
      [0.2, 0.6, 0.1, 0.5, 0.7, 0.3, 0.9, 0.4, 0.6],
    ] as const
    const sigma = 0.8
    for (const width of [1, 2]) {
      const taps = [-1, 0, 1].map((i) => Math.exp(-(i * i) / (2 * sigma * sigma)))
      const mass = taps.reduce((total, tap) => total + tap, 0)
      const weigh = (f: (i: number) => number) =>
        a.reduce((total, _, i) => total + (f(i) * taps[Math.floor(i / 3)]! * taps[i % 3]!) / mass ** 2, 0)
      const [ma, mb] = [weigh((i) => a[i]!), weigh((i) => b[i]!)]
      const [va, vb] = [weigh((i) => (a[i]! - ma) ** 2), weigh((i) => (b[i]! - mb) ** 2)]
      const covariance = weigh((i) => (a[i]! - ma) * (b[i]! - mb))
      const [c1, c2] = [(0.01 * width) ** 2, (0.03 * width) ** 2]
      const index = ((2 * ma * mb + c1) * (2 * covariance + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
      const loss = tidy(() =>
        ssimLoss(tensor4d([...a], [1, 3, 3, 1]), tensor4d([...b], [1, 3, 3, 1]), {
          window: 3,
          sigma,
          range: [0, width],
        }).dataSync(),
      )
      expect(loss).toBeAllClose([1 - index], { rtol: 1e-5 })
    }
    expect(() =>
      tidy(() => msSsimLoss(tensor4d([...a], [1, 3, 3, 1]), tensor4d([...a], [1, 3, 3, 1]), { weights: [] })),
    ).toThrow('losses.msSsimLoss: expected at least one weight, got none')
  })

  it('σ per pixel is bounded by 0.001, smoothly: softplus(raw − log 0.001) + log 0.001', () => {
    const at = (raw: number) =>
      tidy(
        () =>
          gaussianLikelihood({ deviation: 'perPixel' })
            .logProb(tensor2d([[0]]), tensor2d([[0, raw]]))
            .dataSync()[0]!,
      )
    const expected = [-20, -7, -6, 0].map((raw) => {
      const floor = Math.log(0.001)
      return -(Math.log1p(Math.exp(raw - floor)) + floor) - 0.5 * Math.log(2 * Math.PI)
    })
    expect([-20, -7, -6, 0].map(at)).toBeAllClose(expected, { rtol: 1e-5 })
  })

  it('data are levels within a hundredth of a step', async () => {
    const check = async (value: number) => {
      const x = tensor([value])
      const error = await categoricalLikelihood({ levels: 11 })
        .check(x)
        .catch((caught: Error) => caught.message)
      x.dispose()
      return error
    }
    expect(await check(0.3009)).toBeUndefined()
    expect(await check(0.2991)).toBeUndefined()
    expect(await check(0.3011)).toMatch('multiples of 1/10')
    expect(await check(0.2989)).toMatch('multiples of 1/10')
  })
})

describe('draws', () => {
  it('give every number its own: none is shared along a row or between rows', () => {
    tidy(() => {
      const output = tensor(new Float32Array(50 * 4), [50, 4])
      expect(new Set(gaussianLikelihood().sample(output, key(1)).dataSync()).size).toBe(200)
      const fine = discretizedLogisticLikelihood({ levels: 1e6 }).sample(
        tensor(new Float32Array(50 * 8).fill(0.5), [50, 8]),
        key(1),
      )
      const inside = Array.from(fine.dataSync()).filter((value) => value > 0 && value < 1)
      expect(new Set(inside).size).toBeGreaterThan(0.95 * inside.length)
      for (const drawn of [
        bernoulliLikelihood().sample(output, key(1)),
        categoricalLikelihood({ levels: 4 }).sample(tensor(new Float32Array(50 * 16), [50, 16]), key(1)),
      ]) {
        const rows = reshape(drawn, [50, -1]).arraySync() as number[][]
        expect(rows.filter((row) => new Set(row).size > 1).length).toBeGreaterThan(30)
        expect(new Set(rows.map(String)).size).toBeGreaterThan(8)
      }
    })
  })

  it('of a Bernoulli are u < σ(l)', () => {
    tidy(() => {
      const logits = normal(key(3), [40, 5])
      const u = uniform(key(4), [40, 5]).dataSync()
      const expected = Array.from(logits.dataSync(), (l, i) => (u[i]! < 1 / (1 + Math.exp(-l)) ? 1 : 0))
      expect([...bernoulliLikelihood().sample(logits, key(4)).dataSync()]).toEqual(expected)
    })
  })
})

describe('schedules and defaults', () => {
  it('annealing at its ends', () => {
    const line = linearAnnealing({ steps: 8 })
    expect([-3, 0, 2, 8, 9].map(line)).toEqual([0, 0, 0.25, 1, 1])
    const cycle = cyclicAnnealing({ period: 8, rise: 0.25, from: 0.5 })
    expect([0, 1, 2, 7, 8, 9].map(cycle)).toEqual([0.5, 0.75, 1, 1, 0.5, 0.75])
  })

  it('MMD sums seven inverse multiquadrics of C = scale · 2 · size · σ², unbiased, unless told', () => {
    tidy(() => {
      const [x, y] = [
        tensor2d([
          [0, 0],
          [3, 4],
        ]),
        tensor2d([
          [1, 0],
          [0, 2],
        ]),
      ]
      const k = (square: number) =>
        [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce((total, s) => total + (4 * s) / (4 * s + square), 0)
      const expected = k(25) + k(5) - (k(1) + k(4) + k(20) + k(13)) / 2
      expect(mmdLoss(x, y).dataSync()).toBeAllClose([expected], { rtol: 1e-5 })
      const biased = (2 * 7 + 2 * k(25)) / 4 + (2 * 7 + 2 * k(5)) / 4 - (k(1) + k(4) + k(20) + k(13)) / 2
      expect(mmdLoss(x, y, { estimator: 'biased' }).dataSync()).toBeAllClose([biased], { rtol: 1e-5 })
      const wide = mmdLoss(mul(x, 3), mul(y, 3), { deviation: 3 })
      expect(wide.dataSync()).toBeAllClose([expected], { rtol: 1e-5 })
      dispose(wide)
    })
  })
})
