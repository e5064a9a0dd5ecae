import { key, normal, uniform, useBackend } from '@gen/backend'
import { decodePng } from '@gen/io'
import type { Items } from '@gen/model'
import { dispose, gather, slice, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { autoencoder, encodeData, mlpNetworks, standardVae } from '../index.ts'
import { findingsOf } from './findings.ts'
import { type Diagnosis, diagnose, diagnosisPanels, diagnosisSheet } from './index.ts'
import { columnMoments } from './moments.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const network = mlpNetworks({ widths: [8] })

function itemsOf(x: Tensor): Items {
  const take: Items['take'] = (indices) => tidy(() => ({ x: gather(x, tensor1d(Array.from(indices), 'int32')) }))
  return { size: x.shape[0], take }
}

describe('diagnose', () => {
  it('measures what its definitions say', async () => {
    const model = standardVae({ shape: [3], latentSize: 2, network, key: key(0) })
    const x = normal(key(1), [60, 3])
    const { balance, collapse, mismatch, blur } = await diagnose(model, itemsOf(x), { key: key(2), batchSize: 25 })
    const { mean, logVariance } = model.posterior(x)
    const [mu, variance] = [columnMoments(2), columnMoments(2)]
    mu.add(mean.dataSync())
    variance.add(Array.from(logVariance.dataSync(), Math.exp))
    expect(collapse.meanVariance).toBeAllClose(variance.means(), { rtol: 1e-4 })
    expect(mismatch.variances).toBeAllClose(
      variance.means().map((v, i) => v + mu.variances()[i]!),
      { rtol: 1e-4 },
    )
    expect(balance.klPerDimension!.reduce((sum, nats) => sum + nats, 0)).toBeCloseTo(balance.rate!, 4)
    expect(balance.elbo).toBeCloseTo(-balance.rate! - balance.distortion, 6)
    expect(balance.noiseVariance).toBeGreaterThan(0.6)
    expect(balance.noiseVariance).toBeLessThan(1.4)
    const pixels = columnMoments(3)
    pixels.add(x.dataSync())
    expect(blur.variance).toBeCloseTo(pixels.variances().reduce((sum, v) => sum + v, 0) / 3, 4)
    expect(blur.lostVariance).toBeCloseTo(blur.variance - blur.reconstructedVariance, 6)
    // log N(x; x̂, 1) = −½ (3·error + 3 log 2π)
    expect(balance.distortion).toBeCloseTo(1.5 * (blur.meanSquaredError + Math.log(2 * Math.PI)), 3)
    dispose([x, mean, logVariance])
    model.dispose()
  })

  it('has no rate where codes are points', async () => {
    const model = autoencoder({ shape: [3], latentSize: 2, network, key: key(0) })
    const x = normal(key(1), [20, 3])
    const { balance, collapse } = await diagnose(model, itemsOf(x), { key: key(2) })
    expect([balance.rate, balance.elbo, balance.klPerDimension]).toEqual([null, null, null])
    expect(collapse.meanVariance).toEqual([0, 0])
    x.dispose()
    model.dispose()
  })

  it('draws a sheet of images, and says that points are none', async () => {
    const model = standardVae({ shape: [4, 5, 1], latentSize: 3, network, key: key(0) })
    const x = uniform(key(1), [30, 4, 5, 1])
    const sheet = decodePng(
      await diagnosisSheet(model, itemsOf(x), { key: key(2), columns: 6, rows: 2, traversals: 2 }),
    )
    // 6 columns of 5 pixels and frames of 2; 1 + 1 + 2 + 2 rows of images, then a square.
    expect(sheet.shape).toEqual([(1 + 1 + 2 + 2) * 6 + 4 * 2 + 44, 44, 1])
    const points = standardVae({ shape: [3], latentSize: 3, network, key: key(0) })
    await expect(diagnosisSheet(points, itemsOf(x), { key: key(2) })).rejects.toThrow('expected a model of images')
    dispose([x, sheet])
    model.dispose()
    points.dispose()
  })

  it('gives the images of the sheet with what they are: deviations, amounts, variables in most use', async () => {
    const model = standardVae({ shape: [4, 5, 1], latentSize: 3, network, key: key(0) })
    const x = uniform(key(1), [30, 4, 5, 1])
    const options = { key: key(2), columns: 5, rows: 2, traversals: 2 }
    const panels = await diagnosisPanels(model, itemsOf(x), options)
    const { items, reconstructions, samples, traversals, deviations, codes } = panels
    expect([items, reconstructions, samples, traversals.images].map(({ shape }) => shape[0])).toEqual([5, 5, 10, 10])
    expect(traversals.amounts).toEqual([-2.5, -1.25, 0, 1.25, 2.5])
    expect(codes.variables).toEqual(traversals.variables)
    const z = await encodeData(model, itemsOf(x))
    const all = await z.array()
    for (const [j, deviation] of deviations.entries()) {
      const mean = all.reduce((sum, code) => sum + code[j]!, 0) / all.length
      const variance = all.reduce((sum, code) => sum + (code[j]! - mean) ** 2, 0) / all.length
      expect(deviation).toBeCloseTo(Math.sqrt(variance), 5)
    }
    for (const [i, code] of all.entries()) {
      expect([...codes.points.subarray(2 * i, 2 * i + 2)]).toEqual(codes.variables.map((variable) => code[variable]))
    }
    // The last image of the first row: the first code, its variable 2.5 deviations up.
    const [variable = 0] = traversals.variables
    const moved = tensor2d([all[0]!.map((value, j) => value + (j === variable ? 2.5 * deviations[j]! : 0))])
    const [wanted, rest] = [model.decode(moved), slice(traversals.images, 4, 1)]
    expect([...(await rest.data())]).toBeAllClose([...(await wanted.data())], { atol: 1e-6 })
    dispose([x, z, moved, wanted, rest])
    panels.dispose()
    model.dispose()
  })
})

describe('findings', () => {
  const healthy: Omit<Diagnosis, 'findings'> = {
    items: 100,
    balance: { rate: 20, distortion: 80, elbo: -100, klPerDimension: [10, 10], noiseVariance: 0.011 },
    collapse: { meanVariance: [0.1, 0.2], activeUnits: 2 },
    mismatch: { varianceLaw: 1.01, variances: [1, 1.02], mmd: 0 },
    blur: { meanSquaredError: 0.01, variance: 0.2, reconstructedVariance: 0.19, lostVariance: 0.01 },
  }

  it('tell a healthy model from each of the four problems, with a remedy', () => {
    expect(findingsOf(healthy).map(({ healthy: well, remedy }) => well && remedy === '')).toEqual([
      true,
      true,
      true,
      true,
    ])
    const ill: [name: string, numbers: Omit<Diagnosis, 'findings'>, remedy: string][] = [
      ['balance', { ...healthy, balance: { ...healthy.balance, noiseVariance: 1 } }, 'computedGamma'],
      ['balance', { ...healthy, balance: { ...healthy.balance, rate: 0.01, noiseVariance: null } }, 'beta'],
      ['collapse', { ...healthy, collapse: { meanVariance: [0.1, 0.95], activeUnits: 1 } }, 'latentSize'],
      ['mismatch', { ...healthy, mismatch: { ...healthy.mismatch, varianceLaw: 0.7 } }, 'fitGaussianMixture'],
      ['blur', { ...healthy, blur: { ...healthy.blur, lostVariance: 0.05 } }, 'latent variables'],
    ]
    for (const [name, numbers, remedy] of ill) {
      const found = findingsOf(numbers).filter((finding) => !finding.healthy)
      expect(found.map(({ problem }) => problem)).toEqual([name])
      expect(found[0]!.remedy).toContain(remedy)
    }
  })
})
