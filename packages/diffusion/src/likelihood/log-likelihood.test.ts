import { key, normal, uniform, useBackend } from '@gen/backend'
import { add, dispose, memory, mul, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { drawMixture, type Mixture, triple } from '../fixtures/mixture.ts'
import { logDensityOf, optimalDataNetwork } from '../fixtures/optimal-clean.ts'
import { matrixNetwork } from '../fixtures/small-networks.ts'
import {
  dataPrediction,
  diffusion,
  flowMatching,
  type LogLikelihoodOptions,
  levelOf,
  linear,
  logLikelihood,
  pointDenoiser,
  rectifiedFlow,
  sigmaOf,
} from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const schedule = rectifiedFlow()
const blur = sigmaOf(levelOf(schedule.alpha(0)))
const exactModel = (mixture: Mixture) =>
  diffusion({ network: optimalDataNetwork(mixture), schedule, prediction: dataPrediction() })

async function nats(...[model, x, options]: Parameters<typeof logLikelihood>): Promise<number[]> {
  const found = await logLikelihood(model, x, options)
  const values = [...found.nats.dataSync()]
  dispose([found.nats, found.bitsPerDim])
  return values
}

const meanGap = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, value, i) => total + Math.abs(value - b[i]!), 0) / a.length

describe('with the exact denoiser', () => {
  it.each([
    ['a Gaussian', { means: [[0.7, -0.4, 0.1]], stds: [0.4], weights: [1] }],
    ['a mixture', triple],
  ])('is the log-density of %s within 0.01 nat, nearer the less it tolerates', async (_, mixture) => {
    const points = drawMixture(mixture, 24, key(1))
    const x = tensor2d(points)
    const truth = points.map((point) => logDensityOf(mixture, point, blur))
    const gaps: number[] = []
    for (const tolerance of [0.03, 1e-3, 1e-4]) {
      gaps.push(meanGap(await nats(exactModel(mixture), x, { key: key(0), tolerance }), truth))
    }
    expect(gaps[1]).toBeLessThan(0.01)
    expect(gaps[2]).toBeLessThan(2e-3)
    expect(gaps[2]).toBeLessThan(gaps[0]!)
    x.dispose()
  })

  it('needs one probe of signs where the Jacobian is a multiple of the identity, and scatters with normal ones', async () => {
    const gaussian = { means: [[0.7, -0.4, 0.1]], stds: [0.4], weights: [1] }
    const x = tensor2d(drawMixture(gaussian, 8, key(1)))
    const exact = await nats(exactModel(gaussian), x, { key: key(0), probes: 'exact' })
    const signs = await nats(exactModel(gaussian), x, { key: key(0), probes: 1 })
    const normals = await nats(exactModel(gaussian), x, { key: key(0), probes: 1, noise: 'gaussian' })
    expect(meanGap(signs, exact)).toBeLessThan(1e-3)
    expect(meanGap(normals, exact)).toBeGreaterThan(0.1)
    x.dispose()
  })

  it.each(['rademacher', 'gaussian'] as const)('has the exact trace as the mean over %s probes', async (noise) => {
    const rows = 400
    const x = tensor2d(Array.from({ length: rows }, () => [-0.4, 0.4]))
    const [exact] = await nats(exactModel(triple), x, { key: key(0), batchSize: rows })
    const drawn = await nats(exactModel(triple), x, { key: key(3), probes: 1, noise, batchSize: rows })
    const mean = drawn.reduce((total, value) => total + value, 0) / rows
    const variance = drawn.reduce((total, value) => total + (value - mean) ** 2, 0) / (rows - 1)
    expect(variance).toBeGreaterThan(1e-4)
    expect(Math.abs(mean - exact!)).toBeLessThan(4 * Math.sqrt(variance / rows))
    x.dispose()
  })
})

describe('of any network', () => {
  it('is the logarithm of a density: it integrates to 1', async () => {
    const network = pointDenoiser({ size: 1, hidden: [8], key: key(2) })
    tidy(() => {
      for (const variable of network.variables())
        variable.assign(add(variable, mul(normal(key(3), variable.shape), 0.5)))
    })
    const model = diffusion({ network, schedule: linear() })
    const [step, points] = [0.04, 401]
    const x = tensor2d(Array.from({ length: points }, (_, i) => [(i - (points - 1) / 2) * step]))
    const values = await nats(model, x, { key: key(0), batchSize: points, tolerance: 1e-4 })
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(3)
    expect(values.reduce((total, value) => total + step * Math.exp(value), 0)).toBeCloseTo(1, 2)
    x.dispose()
    model.dispose()
  })

  it('is a density in the data’s units: twice as wide data are half as dense', async () => {
    const network = matrixNetwork([2, 2, 1])
    const x: Tensor = uniform(key(1), [3, 2, 2, 1])
    const wide = tidy(() => mul(x, 2))
    const of = (range: [number, number]) => flowMatching({ network, range })
    const options: LogLikelihoodOptions = { key: key(0), levels: 256 }
    const narrow = await logLikelihood(of([0, 1]), x, options)
    const double = await logLikelihood(of([0, 2]), wide, options)
    const shift = 4 * Math.LN2
    expect(double.nats.dataSync()).toBeAllClose(
      [...narrow.nats.dataSync()].map((value) => value - shift),
      { atol: 1e-5 },
    )
    const bits = [...narrow.nats.dataSync()].map((value) => -value / (4 * Math.LN2) + 8)
    expect(narrow.bitsPerDim.dataSync()).toBeAllClose(bits, { atol: 1e-5 })
    expect(narrow.calls % 3).toBe(1)
    dispose([x, wide, narrow.nats, narrow.bitsPerDim, double.nats, double.bitsPerDim])
    network.dispose()
  })

  it('depends on its row, label and key alone', async () => {
    const network = matrixNetwork([2, 2, 1], { classes: 3 })
    const model = flowMatching({ network, classes: 3 })
    const x: Tensor = uniform(key(1), [5, 2, 2, 1])
    const options = { key: key(4), probes: 1, labels: [0, 1, 2, 3, 0] }
    const all = await nats(model, x, options)
    expect(await nats(model, x, { ...options, batchSize: 2 })).toBeAllClose(all, { rtol: 1e-5, atol: 1e-5 })
    expect(await nats(model, x, { ...options, labels: 1 })).not.toEqual(all)
    expect(await nats(model, x, { ...options, key: key(5) })).not.toEqual(all)
    x.dispose()
    network.dispose()
  })
})

it('refuses what it cannot do before any work, and leaves nothing', async () => {
  const model = exactModel(triple)
  const x = tensor2d([[0, 0]])
  const before = memory().numTensors
  const refused: [LogLikelihoodOptions, string][] = [
    [{ key: key(0), tolerance: 0 }, 'expected tolerance'],
    [{ key: key(0), probes: 0 }, 'expected probes'],
    [{ key: key(0), labels: 1 }, 'label'],
    [{ key: key(0), levels: 0.5 }, 'expected levels'],
    [{ key: key(0), steps: 2, tolerance: 1e-4 }, 'expected to reach the noise end in 2 steps'],
    [{ key: key(0), noise: 'uniform' as 'gaussian' }, "expected noise 'rademacher' or 'gaussian'"],
    [{ key: key(0), signal: AbortSignal.abort() }, 'signal'],
  ]
  for (const [options, message] of refused) await expect(logLikelihood(model, x, options)).rejects.toThrow(message)
  const wide = tensor2d([[0, 0, 0]])
  await expect(logLikelihood(model, wide, { key: key(0) })).rejects.toMatchObject({ code: 'shape' })
  const broken = tensor2d([[0, Number.NaN]])
  await expect(logLikelihood(model, broken, { key: key(0) })).rejects.toMatchObject({ code: 'non-finite' })
  dispose([wide, broken])
  expect(memory().numTensors).toBe(before)
  x.dispose()
})
