import { matrix } from '@gen/linear-algebra'
import { tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { featureStatistics } from '../features/feature-statistics.ts'
import { fixture, rowsOf, vectors } from '../testing.ts'
import { fid } from './fid.ts'

interface Reference {
  fid: {
    sqrtm: { narrow: number; wide: number }
    data: { narrow: number; wide: number; few: number }
    diagonal: number
  }
}

const real = vectors(1, 300, 16)
const fake = vectors(2, 250, 16, { spread: 0.9, shift: 0.1 })

describe('fid', () => {
  const reference = fixture<Reference>('features').fid

  it('equals the formula of pytorch-fid in float64', () => {
    const narrow = fid(real, fake).value
    expect([narrow]).toBeAllClose([reference.sqrtm.narrow], { rtol: 1e-10, atol: 0 })
    expect([narrow]).toBeAllClose([reference.data.narrow], { rtol: 1e-12, atol: 0 })
    // These covariances have a condition of 1e13: sqrtm keeps 8 digits, the nuclear norm of the data all.
    const wide = fid(vectors(3, 600, 64), vectors(4, 600, 64, { spread: 1.1, shift: 0.05 })).value
    expect([wide]).toBeAllClose([reference.sqrtm.wide], { rtol: 1e-8, atol: 0 })
    expect([wide]).toBeAllClose([reference.data.wide], { rtol: 1e-12, atol: 0 })
  })

  it('is exact for singular covariances too, and warns of them', () => {
    const few = fid(vectors(5, 20, 32), vectors(6, 25, 32, { spread: 0.8, shift: 0.2 }))
    expect([few.value]).toBeAllClose([reference.data.few], { rtol: 1e-9, atol: 0 })
    expect(few.warnings).toHaveLength(2)
    expect(few.warnings[0]).toMatch('real: 20 samples for 32 features')
    expect(fid(real, fake).warnings).toEqual([])
  })

  it('compares variances alone when asked', () => {
    const cheap = fid(real, fake, { diagonal: true })
    expect([cheap.value]).toBeAllClose([reference.diagonal], { rtol: 1e-12, atol: 0 })
    expect(cheap.metric).toBe('fid-diagonal')
    expect(cheap.value).toBeLessThan(fid(real, fake).value)
    const gathered = featureStatistics({ diagonal: true })
    gathered.add(real)
    expect([fid(gathered.statistics(), fake, { diagonal: true }).value]).toBeAllClose([cheap.value], { rtol: 1e-12 })
    expect(() => fid(gathered.statistics(), fake)).toThrow('pass diagonal: true')
  })

  it('is symmetric, zero against itself, and the squared shift for a shifted copy', () => {
    expect([fid(fake, real).value]).toBeAllClose([fid(real, fake).value], { rtol: 1e-12, atol: 0 })
    expect(fid(real, real).value).toBeLessThan(1e-12)
    const moved = { ...real, data: real.data.map((value) => value + 0.5) }
    expect([fid(real, moved).value]).toBeAllClose([16 * 0.25], { rtol: 1e-12, atol: 0 })
  })

  it('scales with the square of the features', () => {
    const scaled = (x: typeof real) => ({ ...x, data: x.data.map((value) => 8 * value) })
    expect([fid(scaled(real), scaled(fake)).value]).toBeAllClose([64 * fid(real, fake).value], { rtol: 1e-11, atol: 0 })
  })

  it('of merged shards equals that of the whole', () => {
    const whole = fid(real, fake).value
    const shards = [
      [0, 1],
      [1, 70],
      [70, 300],
    ].map(([start, end]) => {
      const shard = featureStatistics()
      shard.add(rowsOf(real, start!, end!))
      return shard.statistics()
    })
    const merged = featureStatistics()
    for (const shard of shards.reverse()) merged.merge(shard)
    const result = fid(merged.statistics(), fake)
    expect(result.samples).toEqual({ real: 300, fake: 250 })
    expect([result.value]).toBeAllClose([whole], { rtol: 1e-12, atol: 0 })
  })

  it('of two samples of one distribution is small and falls with their size', () => {
    const at = (n: number) => fid(vectors(50, n, 8), vectors(51, n, 8)).value
    expect(at(200)).toBeLessThan(0.1)
    expect(at(800)).toBeLessThan(at(200))
    expect(at(3200)).toBeLessThan(at(800))
  })

  it('takes tensors and carries the description of the features', () => {
    const x = tensor2d([...real.data], [300, 16])
    const y = tensor2d([...fake.data], [250, 16])
    expect([fid(x, y).value]).toBeAllClose([fid(real, fake).value], { rtol: 1e-5 })
    x.dispose()
    y.dispose()
    const features = { name: 'net', size: 16, resizer: 'bilinear' }
    expect(fid({ ...real, features }, fake).features).toEqual(features)
    expect(() => fid({ ...real, features }, { ...fake, features: { ...features, resizer: 'none' } })).toThrow(
      'metrics.fid: expected both sets from the same features, got net (resizer bilinear) and net (resizer none)',
    )
  })

  it('takes constant features', () => {
    const same = matrix([
      [1, 2],
      [1, 2],
      [1, 2],
    ])
    expect(fid(same, same).value).toBe(0)
    const moved = matrix([
      [1, 5],
      [1, 5],
      [1, 5],
    ])
    expect(fid(same, moved).value).toBe(9)
  })

  it('refuses what it cannot measure', () => {
    expect(() => fid(rowsOf(real, 0, 1), fake)).toThrow('metrics.fid: expected real with at least 2 samples')
    expect(() => fid(real, { rows: 0, columns: 16, data: new Float64Array() })).toThrow('fake with at least 2 samples')
    expect(() => fid(real, vectors(1, 10, 8))).toThrow('expected vectors of one size, got 16 in real and 8 in fake')
    const broken = { ...fake, data: fake.data.slice() }
    broken.data[3 * 16 + 5] = Number.NaN
    expect(() => fid(real, broken)).toThrow('expected finite numbers in fake, got NaN in row 3, column 5')
    broken.data[3 * 16 + 5] = Number.POSITIVE_INFINITY
    expect(() => fid(real, broken)).toThrow('got Infinity in row 3')
  })
})
