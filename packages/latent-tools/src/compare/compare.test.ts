import { key, normal, useBackend } from '@gen/backend'
import { decodePng } from '@gen/io'
import { identity, type Matrix64, product, svd, takeRows, transposed } from '@gen/linear-algebra'
import type { LatentModel } from '@gen/model'
import { matMul, reshape, sigmoid, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bells, build } from '../testing.ts'
import { canonicalCorrelations, svcca } from './canonical-correlation.ts'
import { compareSpaces } from './compare-spaces.ts'
import { cka, distanceCorrelation, mutualNeighbors } from './similarity.ts'
import { supportCurve } from './support-curve.ts'

const rotation = svd(bells(2, 6, 6)).u
const kept: Tensor[] = []

/** Images `[n, 2, 3, 1]` whose pixels are the code, rotated. */
function rotatedModel(turn: Matrix64): LatentModel {
  const [there, back] = [turn, transposed(turn)].map((m) => tensor2d(Float32Array.from(m.data), [6, 6]))
  kept.push(there!, back!)
  return {
    latentSize: 6,
    decode: (z) => tidy(() => reshape(matMul(z, there!), [-1, 2, 3, 1])),
    encode: (x) => tidy(() => matMul(reshape(x, [-1, 6]), back!)),
  }
}

let [plain, turned] = [] as unknown as [LatentModel, LatentModel]

beforeAll(async () => {
  await useBackend('cpu')
  plain = rotatedModel(identity(6))
  turned = rotatedModel(rotation)
})

afterAll(() => {
  for (const tensor of kept) tensor.dispose()
})

describe('similarities', () => {
  const x = bells(1, 80, 6)
  const spun = { ...product(x, rotation), data: product(x, rotation).data.map((value) => 3 * value + 1) }
  const other = bells(9, 80, 6)

  it.each<[string, (a: Matrix64, b: Matrix64) => number, number]>([
    ['cka', cka, 0.3],
    ['cka rbf', (a, b) => cka(a, b, { kernel: 'rbf' }), 0.5],
    ['svcca', svcca, 0.5],
    ['cca', (a, b) => canonicalCorrelations(a, b)[5]!, 0.3],
    ['distanceCorrelation', distanceCorrelation, 0.5],
    ['mutualNeighbors', mutualNeighbors, 0.3],
  ])('%s is 1 for a rotated, scaled and shifted space, symmetric, and low for an unrelated one', (_, measure, low) => {
    expect(measure(x, spun)).toBeCloseTo(1, 8)
    expect(measure(x, other)).toBeLessThan(low)
    expect(measure(x, other)).toBeCloseTo(measure(other, x), 10)
  })

  it('of codes most of which coincide is 1 with themselves, for every width', () => {
    const clumped = build(40, 3, (i, j) => (i < 32 ? 0.1 : x.data[i * 6 + j]!))
    for (const width of [0.1, 1, 10]) expect(cka(clumped, clumped, { kernel: 'rbf', width })).toBeCloseTo(1, 12)
    const spread = { ...clumped, data: clumped.data.map((value) => 1e4 * value) }
    const far = takeRows(other, [...other.data.keys()].slice(0, 40))
    expect(cka(spread, far, { kernel: 'rbf' })).toBeCloseTo(cka(clumped, far, { kernel: 'rbf' }), 10)
  })

  it('do not lose their digits far from the origin', () => {
    const far = { ...x, data: x.data.map((value) => value + 1e7) }
    for (const measure of [cka, distanceCorrelation, (a: Matrix64, b: Matrix64) => cka(a, b, { kernel: 'rbf' })]) {
      expect(measure(far, other)).toBeCloseTo(measure(x, other), 7)
    }
  })

  it('refuse constant codes', () => {
    expect(() =>
      cka(
        x,
        build(80, 2, () => 1),
      ),
    ).toThrow('got b with all rows the same; the encoder has collapsed')
    expect(() => canonicalCorrelations(bells(1, 5, 6), bells(2, 5, 6))).toThrow('expected more samples than dimensions')
  })
})

describe('compareSpaces', () => {
  it('finds that two rotations of one space are one space', async () => {
    const data = tidy(() => sigmoid(reshape(normal(key(0), [120, 6]), [120, 2, 3, 1])))
    const bright = Array.from(await data.data()).reduce<number[]>((labels, value, at) => {
      if (at % 6 === 0) labels.push(Number(value > 0.5))
      return labels
    }, [])
    const found = await compareSpaces(plain, turned, data, {
      support: 60,
      fit: { method: 'affine' },
      attributes: { bright },
      sizes: [16, 40],
      names: ['plain', 'turned'],
      key: key(1),
    })
    expect(found.points).toEqual({ support: 60, test: 60 })
    expect(found.latent.r2).toBeGreaterThan(0.99999)
    expect(found.latent.cosine).toBeGreaterThan(0.99999)
    expect(found.map.matrix.data).toBeAllClose(transposed(rotation).data, { atol: 1e-4 })
    const { images } = found
    for (const error of [images.reconstruction, images.target, images.mapped, images.between]) {
      expect(error.mean).toBeLessThan(1e-8)
    }
    for (const baseline of Object.values(images.baselines)) expect(baseline.mean).toBeGreaterThan(1e-3)
    expect(found.similarity.cka).toBeGreaterThan(0.999)
    expect(found.probes.bright!.agreement).toBe(1)
    expect(found.probes.bright!.mappedAccuracy).toBe(found.probes.bright!.accuracy)
    expect(found.probes.bright!.accuracy).toBeGreaterThan(0.85)
    expect(found.curve.map(({ size }) => size)).toEqual([16, 40])
    const picture = decodePng(found.picture!)
    expect(picture.shape).toEqual([2 + 4 * 4, 2 + 10 * 5, 1])
    expect(found.report).toMatch('# plain → turned')
    expect(found.report).toMatch('| M: through plain → turned |')
    expect(found.report).toMatch("Of the mean image's error turned itself takes 100 % away.")
    expect(found.report).toMatch('beyond the mean image, the map from plain brings 100 %.')
    picture.dispose()
    data.dispose()
  })

  it('finds nothing between spaces that share nothing', async () => {
    const data = tidy(() => sigmoid(reshape(normal(key(0), [200, 6]), [200, 2, 3, 1])))
    // The code of this one is noise that depends on the image in no linear way.
    const noise: LatentModel = { ...plain, encode: (x) => normal(key(5), [x.shape[0], 6]) as Tensor2D }
    const found = await compareSpaces(noise, turned, data, { support: 100, sizes: [], key: key(2), batchSize: 200 })
    expect(found.latent.r2).toBeLessThan(0.05)
    expect(found.report).toMatch(/it is of no use|brings \d %\./)
    expect(found.images.mapped.mean).toBeGreaterThan(0.9 * found.images.baselines.meanImage.mean)
    data.dispose()
  })

  it('refuses too few images and impossible supports', async () => {
    const data = tidy(() => reshape(normal(key(0), [10, 6]), [10, 2, 3, 1]))
    await expect(compareSpaces(plain, turned, data, { support: 9, key: key(0) })).rejects.toThrow('support')
    await expect(
      compareSpaces(plain, turned, data, { support: 4, fit: { method: 'affine' }, key: key(0) }),
    ).rejects.toThrow('expected at least 7 support points for 6 dimensions')
    data.dispose()
  })
})

describe('supportCurve', () => {
  it('falls with the size, has a band around its mean, and is the same again', async () => {
    const a = bells(1, 300, 5)
    const w = bells(2, 5, 5)
    const e = bells(3, 300, 5)
    const clean = product(a, w)
    const b = { ...clean, data: clean.data.map((value, at) => value + 0.4 * e.data[at]!) }
    const test = { a: bells(4, 100, 5), b: product(bells(4, 100, 5), w) }
    const options = { sizes: [8, 32, 256], repeats: 6, method: 'affine' as const, key: key(0) }
    const curve = await supportCurve({ a, b }, test, options)
    const means = curve.map(({ mean }) => mean)
    expect(means[0]!).toBeGreaterThan(2 * means[1]!)
    expect(means[1]!).toBeGreaterThan(2 * means[2]!)
    for (const { low, mean, high } of curve) expect(low < mean && mean < high).toBe(true)
    expect(await supportCurve({ a, b }, test, options)).toEqual(curve)
    await expect(supportCurve({ a, b }, test, { sizes: [301], key: key(0) })).rejects.toThrow(
      'expected sizes up to the 300 points',
    )
  })
})
