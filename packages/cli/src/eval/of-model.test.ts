import { key, normal } from '@gen/backend'
import { dataset, imageDataset } from '@gen/data'
import { add, mul, square, sub, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { FamilyModel } from '../families/family.ts'
import { measureModel } from './of-model.ts'

const gaussian = dataset({
  size: 1000,
  shape: [3],
  take: (indices) => ({ x: normal(key(0), [indices.length, 3], { offset: indices[0]! }) }),
})

/** log N(x; 0, I). */
const logProb = (x: Tensor): Tensor1D =>
  tidy(() => sub(mul(sum(square(x), 1), -0.5), 1.5 * Math.log(2 * Math.PI)) as Tensor1D)

function model(own: Partial<FamilyModel>): FamilyModel {
  const trainable = { players: [] }
  return { trainable, shape: [3], config: {}, sample: () => Promise.reject(new Error('none')), ...own }
}

const images = imageDataset({
  pixels: Uint8Array.from({ length: 130 * 12 * 12 }, (_, i) => i % 200),
  shape: [12, 12, 1],
})
const options = { metrics: [], count: 1000, key: key(1) } as const

describe('gen eval of a model', () => {
  it('gives the negative log-likelihood in nats, with its standard error', async () => {
    const [nll, ...others] = await measureModel(
      model({ likelihood: { kind: 'density', discrete: false, logProb } }),
      gaussian,
      options,
    )
    expect(others).toEqual([])
    // Of a standard normal in three dimensions: 3/2 · (ln 2π + 1), and √(3/2) a sample.
    expect(Math.abs(nll!.value - 1.5 * (Math.log(2 * Math.PI) + 1))).toBeLessThan(3 * nll!.standardError!)
    expect(nll!.standardError! * Math.sqrt(1000)).toBeCloseTo(Math.sqrt(1.5), 0)
    expect(nll).toMatchObject({ metric: 'nll, nats', samples: { real: 1000 }, features: { name: 'density', size: 3 } })
    expect(JSON.stringify(nll).length).toBeLessThan(400)
  })

  it('asks what takes long only by name', async () => {
    const slow = model({ likelihood: { kind: 'density', discrete: false, slow: true, logProb } })
    expect(await measureModel(slow, gaussian, options)).toEqual([])
    expect(await measureModel(slow, gaussian, { ...options, metrics: ['likelihood'], count: 10 })).toHaveLength(1)
  })

  it('gives bits per dimension of what has whole levels', async () => {
    const uniform = (x: Tensor): Tensor1D => tidy(() => add(mul(sum(x, 1), 0), -3 * Math.log(256)) as Tensor1D)
    const found = await measureModel(
      model({ likelihood: { kind: 'bound', discrete: true, logProb: uniform } }),
      gaussian,
      options,
    )
    expect(found.map(({ metric }) => metric)).toEqual(['nll, nats', 'bits/dim'])
    expect(found[1]!.value).toBeCloseTo(8, 5)
  })

  it('gives PSNR and SSIM of reconstructions', async () => {
    const shifted = model({ shape: [12, 12, 1], reconstruction: (x) => tidy(() => add(x, 0.1)) })
    const [psnr, ssim] = await measureModel(shifted, images, { ...options, count: 120 })
    expect(psnr).toMatchObject({ metric: 'psnr', samples: { real: 120 }, features: { name: 'reconstructions' } })
    expect(psnr!.value).toBeCloseTo(20, 3)
    expect(ssim!.value).toBeGreaterThan(0.5)
    expect(ssim!.value).toBeLessThan(1)
  })

  it('measures nothing that a model does not know, and refuses it by name', async () => {
    expect(await measureModel(model({}), gaussian, options)).toEqual([])
    await expect(measureModel(model({}), gaussian, { ...options, metrics: ['likelihood'] })).rejects.toThrow(
      'gen eval: expected a model that knows likelihood, got a model without a likelihood; leave it out',
    )
    const other = model({ shape: [2], likelihood: { kind: 'density', discrete: false, logProb } })
    expect(await measureModel(other, gaussian, options)).toEqual([])
    await expect(measureModel(other, gaussian, { ...options, metrics: ['likelihood'] })).rejects.toThrow(
      'gen eval: expected data of [2] as the model, got [3]',
    )
  })
})
