/** Laws of divergences and schedules. @module */
import { GenError, key, normal, useBackend } from '@gen/backend'
import {
  add,
  dispose,
  grad,
  mean,
  mul,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { cyclicAnnealing, freeBits, klPerDimension, linearAnnealing, mmdLoss, totalCorrelation } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const draw = (seed: number, rows: number, size: number) => normal(key(seed), [rows, size]) as Tensor2D
const posterior = (rows: number, size: number) => ({
  mean: draw(1, rows, size),
  logVariance: tidy(() => mul(draw(2, rows, size), 0.5) as Tensor2D),
})

describe('klPerDimension and freeBits', () => {
  it('is 0 for the prior itself, and by hand elsewhere', () => {
    const q = { mean: tensor2d([[0, 1, 0]]), logVariance: tensor2d([[0, 0, Math.log(4)]]) }
    const nats = klPerDimension(q)
    expect(nats.dataSync()).toBeAllClose([0, 0.5, 0.5 * (4 - 1 - Math.log(4))])
    dispose([q.mean, q.logVariance, nats])
  })

  it('costs Σ max(λ, mean KL) over the batch, and pulls at paying dimensions only', () => {
    const nats = tensor2d([
      [0.1, 2, 0.6],
      [0.3, 0, 0.6],
    ])
    const found = tidy(() => [
      ...mean(freeBits(nats, 0.5)).dataSync(),
      ...grad((x: Tensor) => sum(freeBits(x as Tensor2D, 0.5)))(nats).dataSync(),
      ...freeBits(nats, 0).dataSync(),
    ])
    expect(found).toBeAllClose([0.5 + 1 + 0.6, 0, 1, 1, 0, 1, 1, 2.7, 0.9])
    expect(() => freeBits(nats, -1)).toThrow('losses.freeBits: expected nats a number ≥ 0, got -1')
    nats.dispose()
  })
})

describe('mmd', () => {
  const kernels = ['rbf', 'imq'] as const

  it.each(kernels)('%s: small for one distribution, large for two, and its gradient brings them together', (kernel) => {
    const [x, y] = [draw(1, 200, 3), draw(2, 200, 3)]
    const far = tidy(() => add(x, 2) as Tensor2D)
    const read = (a: Tensor2D) => tidy(() => mmdLoss(a, y, { kernel }).dataSync()[0]!)
    expect(Math.abs(read(x))).toBeLessThan(0.1)
    expect(read(far)).toBeGreaterThan(1)
    const nearer = tidy(() => {
      const slope = grad((z: Tensor) => mmdLoss(z as Tensor2D, y, { kernel }))(far)
      return read(add(far, mul(slope, -20)))
    })
    expect(nearer).toBeLessThan(read(far))
    dispose([x, y, far])
  })

  it('biased: 0 for equal sets and never below; unbiased: the mean over draws is 0', () => {
    const values = Array.from({ length: 60 }, (_, i) =>
      tidy(() => {
        const [x, y] = [draw(2 * i, 10, 2), draw(2 * i + 1, 10, 2)]
        expect(mmdLoss(x, x, { estimator: 'biased' }).dataSync()).toBeAllClose([0], { atol: 1e-5 })
        expect(mmdLoss(x, y, { estimator: 'biased' }).dataSync()[0]).toBeGreaterThan(0)
        return mmdLoss(x, y).dataSync()[0]!
      }),
    )
    const average = values.reduce((a, b) => a + b, 0) / 60
    const spread = Math.sqrt(values.reduce((a, b) => a + (b - average) ** 2, 0) / 59)
    expect(Math.abs(average)).toBeLessThan((4 * spread) / Math.sqrt(60))
    expect(Math.min(...values)).toBeLessThan(0)
  })

  it('by hand: two points each, RBF, one scale', () => {
    const [x, y] = [tensor2d([[0], [1]]), tensor2d([[2], [4]])]
    const k = (d: number) => Math.exp((-d * d) / 2)
    const cross = (k(2) + k(4) + k(1) + k(3)) / 4
    const value = mmdLoss(x, y, { kernel: 'rbf', scales: [1] })
    expect(value.dataSync()).toBeAllClose([k(1) + k(2) - 2 * cross])
    dispose([x, y, value])
  })

  it('refuses sets that do not fit', () => {
    const [x, y, one] = [draw(1, 3, 2), draw(1, 3, 4), draw(1, 1, 2)]
    expect(() => mmdLoss(x, y)).toThrow('losses.mmd: expected y of shape [any, 2], got [3, 4]')
    expect(() => mmdLoss(x, one)).toThrow('expected at least 2 rows in x and y, got 3 and 1')
    expect(() => mmdLoss(x, x, { scales: [0] })).toThrow(GenError)
    dispose([x, y, one])
  })
})

describe('totalCorrelation', () => {
  it.each(['weighted', 'stratified'] as const)('%s: the three terms sum to log q(z|x) − log p(z)', (estimator) => {
    const q = posterior(12, 3)
    const z = tidy(() => add(q.mean, mul(draw(5, 12, 3), 0.5)) as Tensor2D)
    const terms = totalCorrelation(z, q, { datasetSize: 1000, estimator })
    const total = Object.values(terms).reduce((sumOfAll, term: Scalar) => sumOfAll + term.dataSync()[0]!, 0)
    const [values, mu, logVariance] = [z, q.mean, q.logVariance].map((each) => Array.from(each.dataSync()))
    const expected = values!.reduce((sumOfAll, v, i) => {
      const own = -0.5 * (logVariance![i]! + (v - mu![i]!) ** 2 * Math.exp(-logVariance![i]!))
      return sumOfAll + (own + 0.5 * v * v) / 12
    }, 0)
    expect([total]).toBeAllClose([expected], { rtol: 1e-4, atol: 1e-4 })
    dispose([q.mean, q.logVariance, z, ...Object.values(terms)])
  })

  it('stratified, with the whole data as batch: independent dimensions have none, equal ones much', () => {
    const read = (copy: boolean) =>
      tidy(() => {
        const base = draw(3, 400, 2)
        const mu = copy ? (matchFirst(base) as Tensor2D) : base
        const q = { mean: mu, logVariance: tidy(() => add(mul(mu, 0), Math.log(0.1)) as Tensor2D) }
        const z = add(mu, mul(draw(4, 400, 2), Math.sqrt(0.1))) as Tensor2D
        return totalCorrelation(z, q, { datasetSize: 400, estimator: 'stratified' }).totalCorrelation.dataSync()[0]!
      })
    // Two normals of correlation ρ = 1/1.1 have −½ log(1 − ρ²) = 0.876 nats.
    expect(Math.abs(read(false))).toBeLessThan(0.1)
    expect(Math.abs(read(true) - 0.876)).toBeLessThan(0.12)
  })

  it('refuses batches that do not fit', () => {
    const q = posterior(4, 2)
    const z = draw(1, 5, 2)
    expect(() => totalCorrelation(z, q, { datasetSize: 10 })).toThrow('expected z of shape [4, 2], got [5, 2]')
    expect(() => totalCorrelation(q.mean, q, { datasetSize: 3 })).toThrow('expected datasetSize a number ≥ 4, got 3')
    dispose([q.mean, q.logVariance, z])
  })
})

/** Both columns as the first. */
function matchFirst(x: Tensor2D): Tensor {
  const values = x.dataSync()
  return tensor2d(
    values.map((_, i) => values[i - (i % 2)]!),
    x.shape,
  )
}

describe('annealing', () => {
  it('rises in a line, then stays', () => {
    const beta = linearAnnealing({ steps: 100, from: 1, to: 5 })
    expect([0, 25, 100, 1000].map(beta)).toEqual([1, 2, 5, 5])
  })

  it('goes in cycles', () => {
    const beta = cyclicAnnealing({ period: 10, rise: 0.5, to: 4 })
    expect([0, 1, 5, 9, 10, 12, 29].map(beta)).toBeAllClose([0, 0.8, 4, 4, 0, 1.6, 4])
    expect(() => cyclicAnnealing({ period: 10, rise: 0 })).toThrow('losses.cyclicAnnealing: expected rise')
  })
})
