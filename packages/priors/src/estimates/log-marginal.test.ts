/** The marginal likelihood of a model where it is known: x = Wz + b + σε. @module */
import { GenError, key, normal, useBackend } from '@gen/backend'
import {
  add,
  dispose,
  matMul,
  mul,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { inverse, Matrix } from 'ml-matrix'
import { beforeAll, describe, expect, it } from 'vitest'
import { type DiagonalNormal, fullNormal, logMarginal, standardNormal } from '../index.ts'
import { logMean } from './log-mean.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const weights = [
  [1, 0.5],
  [-0.5, 1],
  [0.25, 0.75],
]
const deviation = 0.5
const W = new Matrix(weights)
const prior = standardNormal(2)

const logLikelihood = (x: Tensor, z: Tensor2D): Tensor1D =>
  tidy(() => {
    const error = sub(x, matMul(z, tensor2d(weights), false, true))
    const constant = -1.5 * Math.log(2 * Math.PI * deviation ** 2)
    return sub(constant, mul(sum(square(error), 1), 0.5 / deviation ** 2))
  })

/** log N(x; 0, WWᵀ + σ²I) */
function exact(x: Tensor2D): Float32Array {
  const covariance = W.mmul(W.transpose()).add(Matrix.eye(3).mul(deviation ** 2))
  const marginal = fullNormal({ mean: [0, 0, 0], covariance: covariance.to2DArray() })
  return tidy(() => marginal.logProb(x).dataSync()) as Float32Array
}

/** The exact posterior's mean, with its own diagonal widened by a factor: a good, imperfect encoder. */
function encoder(x: Tensor2D, widen: number): DiagonalNormal {
  const precision = W.transpose()
    .mmul(W)
    .div(deviation ** 2)
    .add(Matrix.eye(2))
  const covariance = inverse(precision)
  const gain = covariance.mmul(W.transpose()).div(deviation ** 2)
  const rows = x.shape[0]
  return tidy(() => ({
    mean: matMul(x, tensor2d(gain.to2DArray()), false, true) as Tensor2D,
    logVariance: tensor2d(Array.from({ length: rows }, () => covariance.diagonal().map((v) => Math.log(v * widen)))),
  }))
}

const data = () => tidy(() => mul(normal(key(3), [6, 3]), 1.2) as Tensor2D)

describe('logMarginal', () => {
  it('reaches the exact value within its standard error, plain and importance-weighted', async () => {
    const x = data()
    const proposal = encoder(x, 1.5)
    const truth = exact(x)
    const options = { logLikelihood, prior, samples: 20_000, key: key(1), batchSize: 6000 }
    const plain = await logMarginal(x, options)
    const weighted = await logMarginal(x, { ...options, proposal, samples: 2000 })
    truth.forEach((value, i) => {
      expect(Math.abs(plain.value[i]! - value)).toBeLessThan(4 * plain.standardError[i]! + 1e-5)
      expect(Math.abs(weighted.value[i]! - value)).toBeLessThan(4 * weighted.standardError[i]! + 1e-5)
      // What the proposal is for: fewer draws, smaller errors.
      expect(weighted.standardError[i]!).toBeLessThan(0.02)
    })
    dispose([x, proposal.mean, proposal.logVariance])
  })

  it('rises to the exact value as samples grow: the importance-weighted bound', async () => {
    const x = tidy(() => normal(key(8), [400, 3]) as Tensor2D)
    // Wider than the posterior, so that weights are bounded and the bound converges as 1/samples.
    const proposal = encoder(x, 2.5)
    const average = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / 400
    const bounds: number[] = []
    for (const samples of [1, 5, 50]) {
      const { value } = await logMarginal(x, { logLikelihood, prior, proposal, samples, key: key(2) })
      bounds.push(average(value))
    }
    const truth = average(exact(x))
    expect(bounds[0]!).toBeLessThan(bounds[1]! - 0.1)
    expect(bounds[1]!).toBeLessThan(bounds[2]!)
    expect(bounds[2]!).toBeLessThan(truth + 0.01)
    expect(truth - bounds[2]!).toBeLessThan(0.02)
    dispose([x, proposal.mean, proposal.logVariance])
  })

  it('standard errors are the spread of repeated estimates', async () => {
    const x = tidy(() => normal(key(5), [1, 3]) as Tensor2D)
    const estimates = await Promise.all(
      Array.from({ length: 200 }, (_, i) => logMarginal(x, { logLikelihood, prior, samples: 400, key: key(i) })),
    )
    const values = estimates.map(({ value }) => value[0]!)
    const mean = values.reduce((a, b) => a + b, 0) / 200
    const spread = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / 199)
    const claimed = estimates.reduce((total, { standardError }) => total + standardError[0]!, 0) / 200
    expect(claimed / spread).toBeGreaterThan(0.8)
    expect(claimed / spread).toBeLessThan(1.25)
    x.dispose()
  })

  it('does not depend on the batch size, nor on other rows, and calls with no more rows than that', async () => {
    const x = data()
    const few = slice(x, [0, 0], [2, 3])
    const sizes: number[] = []
    const spy = (rows: Tensor, z: Tensor2D) => {
      sizes.push(z.shape[0])
      return logLikelihood(rows, z)
    }
    const options = { logLikelihood: spy, prior, samples: 37, key: key(4) }
    const runs = []
    for (const batchSize of [1, 4, 25, 1000]) {
      sizes.length = 0
      runs.push(await logMarginal(x, { ...options, batchSize }))
      expect(Math.max(...sizes)).toBeLessThanOrEqual(batchSize)
    }
    for (const run of runs) {
      expect(run.value).toBeAllClose(runs[0]!.value, { rtol: 1e-6 })
      expect(run.standardError).toBeAllClose(runs[0]!.standardError, { rtol: 1e-5 })
    }
    const alone = await logMarginal(few, options)
    expect(alone.value).toBeAllClose(runs[0]!.value.slice(0, 2), { rtol: 1e-6 })
    dispose([x, few])
  })

  it('stays finite where likelihoods underflow by far', async () => {
    const x = data()
    const far = (rows: Tensor, z: Tensor2D) => tidy(() => add(logLikelihood(rows, z), -50_000) as Tensor1D)
    const options = { prior, samples: 50, key: key(4) }
    const near = await logMarginal(x, { ...options, logLikelihood })
    const { value, standardError } = await logMarginal(x, { ...options, logLikelihood: far })
    expect(value.map((each) => each + 50_000)).toBeAllClose(near.value, { atol: 0.02, rtol: 0 })
    expect(standardError.every((error) => Number.isFinite(error))).toBe(true)
    x.dispose()
  })

  it('names the row of a NaN, and wrong shapes', async () => {
    const x = data()
    const options = { prior, samples: 3, key: key(4) }
    const broken = (rows: Tensor, z: Tensor2D) =>
      tidy(() => {
        const values = logLikelihood(rows, z).dataSync()
        values[4] = Number.NaN
        return tensor1d(values as Float32Array)
      })
    await expect(logMarginal(x, { ...options, logLikelihood: broken })).rejects.toThrow(/got NaN in row 4/)
    const unsummed = (rows: Tensor) => tidy(() => square(rows)) as unknown as Tensor1D
    const error = await logMarginal(x, { ...options, logLikelihood: unsummed }).catch((caught: unknown) => caught)
    expect(GenError.is(error) && error.code).toBe('shape')
    x.dispose()
  })
})

describe('logMean', () => {
  it('equals the logarithm of the mean, in any order, with values of 0', () => {
    const logs = [-700, -701.5, Number.NEGATIVE_INFINITY, -698, -720]
    const scaled = logs.map((value) => Math.exp(value + 700))
    const mean = scaled.reduce((a, b) => a + b, 0) / 5
    const variance = scaled.reduce((total, value) => total + (value - mean) ** 2, 0) / 4
    for (const order of [logs, [...logs].reverse()]) {
      const running = logMean()
      for (const value of order) running.add(value)
      expect([running.value(), running.standardError()]).toBeAllClose(
        [Math.log(mean) - 700, Math.sqrt(variance / 5) / mean],
        { rtol: 1e-12, atol: 0 },
      )
    }
  })

  it('is −∞ where nothing is possible', () => {
    const running = logMean()
    running.add(Number.NEGATIVE_INFINITY)
    expect(running.value()).toBe(Number.NEGATIVE_INFINITY)
    expect(running.standardError()).toBeNaN()
  })
})
