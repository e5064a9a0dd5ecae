/** What theory says of variational autoencoders, on a linear-Gaussian model whose likelihood is known. @module */
import { fold, key, normal, useBackend } from '@gen/backend'
import { gaussianLikelihood, totalCorrelation } from '@gen/losses'
import type { DiagonalNormal, Items } from '@gen/model'
import { logProbOf, sampleFrom, standardNormal } from '@gen/priors'
import { adam, cosineDecay, fit, last } from '@gen/train'
import {
  add,
  dispose,
  gather,
  matMul,
  mean,
  mul,
  sub,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from './diagnosis/index.ts'
import { mlpNetworks, normalPosterior, type PosteriorKind, standardVae, type Vae, vae } from './index.ts'

/** x = W u + b + σ ε, u ∈ R²: the generative model of probabilistic PCA. */
const [size, sigma] = [5, 0.3]
const loadings = [
  [1.2, -0.4, 0.3, 0.9, -0.2],
  [0.1, 0.8, -0.7, 0.2, 0.6],
]
const offset = [0.5, -0.3, 0, 0.2, 0.1]

function draw(count: number, seed: number): Tensor2D {
  return tidy(() => {
    const u = normal(key(seed), [count, 2]) as Tensor2D
    return add(
      add(matMul(u, tensor2d(loadings)), tensor1d(offset)),
      mul(normal(fold(key(seed), 1), [count, size]), sigma),
    )
  })
}

interface Line {
  readonly loadings: readonly (readonly number[])[]
  readonly offset: readonly number[]
}

/** log N(x; b, WᵀW + σ²I) in float64, by Gaussian elimination. */
function exactLogProb(x: Float32Array, { loadings: w, offset: b }: Line): number[] {
  const covariance = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_unused, j) => w.reduce((s, row) => s + row[i]! * row[j]!, i === j ? sigma ** 2 : 0)),
  )
  return Array.from({ length: x.length / size }, (_, row) => {
    const centered = b.map((value, j) => x[row * size + j]! - value)
    const rows = covariance.map((line, i) => [...line, centered[i]!])
    let [logDet, quadratic] = [0, 0]
    for (let k = 0; k < size; k++) {
      const pivot = rows[k]!
      logDet += Math.log(pivot[k]!)
      quadratic += pivot[size]! ** 2 / pivot[k]!
      for (const line of rows.slice(k + 1)) {
        const factor = line[k]! / pivot[k]!
        for (let j = k; j <= size; j++) line[j]! -= factor * pivot[j]!
      }
    }
    return -0.5 * (quadratic + logDet + size * Math.log(2 * Math.PI))
  })
}

const average = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length

let model: Vae
let test: Tensor2D
/** What the decoder's line is, the likelihood of the test points under it, and under the true one. */
let learned: Line
let exact: number
let truth: number

beforeAll(async () => {
  await useBackend('cpu')
  model = standardVae({
    shape: [size],
    latentSize: 2,
    network: mlpNetworks({ widths: [] }),
    likelihood: gaussianLikelihood({ deviation: sigma }),
    key: key(0),
  })
  const batches = { at: (i: number) => ({ x: draw(128, 1000 + i) }) }
  const learningRate = cosineDecay({ from: 0.1, to: 1e-4, steps: 1000 })
  await last(fit(model, batches, { steps: 1000, optimizer: adam({ learningRate }), key: key(1) }))
  test = draw(300, 1)
  const x = test.dataSync() as Float32Array
  learned = lineOf(model)
  exact = average(exactLogProb(x, learned))
  truth = average(exactLogProb(x, { loadings, offset }))
}, 60_000)

afterAll(() => {
  model.dispose()
  test.dispose()
})

describe('a linear VAE on linear-Gaussian data', () => {
  it('has an ELBO below the exact log-likelihood, and close to it, for q can be the true posterior', () => {
    const bound = average(expectedElbo(test, learned))
    expect(bound).toBeLessThan(exact)
    expect(bound).toBeGreaterThan(exact - 0.02)
    const draws = Array.from({ length: 40 }, (_, i) => tidy(() => average(model.elbo(test, key(i)).dataSync())))
    const center = average(draws)
    const deviation = Math.sqrt(average(draws.map((value) => (value - center) ** 2)))
    expect(Math.abs(center - bound)).toBeLessThan((4 * deviation) / Math.sqrt(draws.length))
  })

  it('has an importance-weighted bound that rises from the ELBO to the exact likelihood', async () => {
    // A proposal that is too wide leaves the bound far to rise.
    const normalCodes = normalPosterior()
    const posterior: PosteriorKind = {
      ...normalCodes,
      read: (raw) => {
        const { mean: center, logVariance } = normalCodes.read(raw)
        return { mean: center, logVariance: add(logVariance, 1.5) }
      },
    }
    const wide = vae({ ...model.parts, posterior })
    const bounds: number[] = []
    for (const samples of [1, 5, 50, 500]) {
      const { value } = await wide.logMarginal(test, { samples, key: key(5) })
      bounds.push(average(value))
    }
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b))
    expect(bounds[0]).toBeLessThan(exact - 0.3)
    expect(Math.abs(bounds[3]! - exact)).toBeLessThan(0.02)
  })

  it('learns the principal subspace, and with it the density', () => {
    // Every direction of the true plane is a combination of the decoder's two: none of its length is left over.
    const basis = orthonormal(learned.loadings)
    for (const direction of orthonormal(loadings)) {
      const along = basis.map((b) => dot(b, direction))
      expect(Math.hypot(...along)).toBeGreaterThan(0.999)
    }
    expect(Math.abs(exact - truth)).toBeLessThan(0.03)
  })

  it('obeys the variance law, and loses as much variance as its error is', async () => {
    const all = draw(4000, 2)
    const items: Items = {
      size: 4000,
      take: (indices) => tidy(() => ({ x: gather(all, tensor1d(Array.from(indices), 'int32')) })),
    }
    const { mismatch, blur, collapse, balance } = await diagnose(model, items, { key: key(3), count: 4000 })
    all.dispose()
    expect(mismatch.varianceLaw).toBeGreaterThan(0.95)
    expect(mismatch.varianceLaw).toBeLessThan(1.05)
    expect(Math.abs(mismatch.mmd)).toBeLessThan(0.005)
    expect(blur.lostVariance / blur.meanSquaredError).toBeGreaterThan(0.9)
    expect(blur.lostVariance / blur.meanSquaredError).toBeLessThan(1.1)
    expect(collapse.activeUnits).toBe(2)
    expect(balance.rate! + balance.distortion).toBeCloseTo(-exact, 0)
  })
})

it('total correlation, mutual information and the variables’ own divergences add up to the KL divergence', () => {
  tidy(() => {
    const q: DiagonalNormal = {
      mean: normal(key(1), [16, 3]) as Tensor2D,
      logVariance: mul(normal(key(2), [16, 3]), 0.3),
    }
    const z = sampleFrom(q, key(3))
    const parts = totalCorrelation(z, q, { datasetSize: 100 })
    const sum = Object.values(parts).reduce((total, part) => total + part.dataSync()[0]!, 0)
    const kl = mean(sub(logProbOf(q, z), standardNormal(3).logProb(z))).dataSync()[0]!
    expect(sum).toBeCloseTo(kl, 4)
  })
})

/** The ELBO without drawing: E over q of the squared error is that at the mean, plus Σ s_j² ‖w_j‖². */
function expectedElbo(points: Tensor2D, { loadings: w, offset: b }: Line): number[] {
  const q = model.posterior(points)
  const [mu, logVariance, x] = [q.mean.arraySync(), q.logVariance.arraySync(), points.arraySync()]
  dispose([q.mean, q.logVariance])
  return x.map((row, i) => {
    const variances = logVariance[i]!.map(Math.exp)
    const errors = row.map((value, d) => value - b[d]! - w.reduce((sum, line, j) => sum + line[d]! * mu[i]![j]!, 0))
    const spread = w.reduce((sum, line, j) => sum + variances[j]! * dot(line, line), 0)
    const squares = (dot(errors, errors) + spread) / sigma ** 2
    const rate = variances.reduce((sum, v, j) => sum + 0.5 * (mu[i]![j]! ** 2 + v - 1 - Math.log(v)), 0)
    return -0.5 * (squares + size * Math.log(2 * Math.PI * sigma ** 2)) - rate
  })
}

/** The decoder is x = W z + b. */
function lineOf({ decode }: Vae): Line {
  const corners = tensor2d([
    [0, 0],
    [1, 0],
    [0, 1],
  ])
  const decoded = decode(corners)
  const rows = decoded.arraySync()
  dispose([corners, decoded])
  const [origin, ...ends] = rows as [number[], ...number[][]]
  return { offset: origin, loadings: ends.map((end) => end.map((value, j) => value - origin[j]!)) }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

/** Gram and Schmidt's. */
function orthonormal(vectors: readonly (readonly number[])[]): number[][] {
  const basis: number[][] = []
  for (const vector of vectors) {
    const left = basis.reduce((rest, b) => rest.map((value, i) => value - dot(b, vector) * b[i]!), [...vector])
    basis.push(left.map((value) => value / Math.hypot(...left)))
  }
  return basis
}
