import { key, useBackend } from '@gen/backend'
import { gram, identity, type Matrix64, product, svd, takeRows, transposed } from '@gen/linear-algebra'
import { tensor2d } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { latentErrors } from '../compare/latent-errors.ts'
import { bells, build } from '../testing.ts'
import { choosePoints, type PointMethod } from './choose-points.ts'
import { chooseRidge } from './choose-ridge.ts'
import { fitLinearMap, type MapMethod } from './fit-linear-map.ts'
import { fitMlpMap } from './fit-mlp-map.ts'
import { composeMaps, linearMap, linearMapFromJson, linearMapToJson, mapCodes } from './linear-map.ts'
import { relativeCodes } from './relative.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Pairs with b = a·W + c + noise. */
function planted(points: number, from: number, to: number, { seed = 1, noise = 0, shift = 0 } = {}) {
  const a = bells(seed, points, from)
  const w = bells(seed + 1, from, to)
  const e = bells(seed + 2, points, to)
  const b = product(a, w)
  for (let at = 0; at < b.data.length; at++) b.data[at]! += noise * e.data[at]! + shift * (1 + (at % to))
  return { a, b, w }
}

const rotation = (size: number, seed: number): Matrix64 => svd(bells(seed, size, size)).u

describe('a planted linear map', () => {
  it('is recovered exactly from n ≥ d points', () => {
    void fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(20),
        fc.nat(500),
        (d, e, extra, seed) => {
          const { a, b, w } = planted(d + extra, d, e, { seed })
          if (svd(a).values[d - 1]! < 1e-2) return
          const map = fitLinearMap({ a, b }, { method: 'leastSquares' })
          expect(map.matrix.data).toBeAllClose(w.data, { rtol: 1e-8, atol: 1e-8 })
          expect([...map.bias]).toEqual(new Array(e).fill(0))
        },
      ),
      { numRuns: 40 },
    )
  })

  it.each<MapMethod>(['affine', 'pls'])('with a shift is recovered by %s from d + 1 points and more', (method) => {
    const { a, b, w } = planted(60, 6, 4, { shift: 3 })
    const map = fitLinearMap({ a, b }, { method, ...(method === 'pls' && { components: 6 }) })
    expect(map.matrix.data).toBeAllClose(w.data, { rtol: 1e-8, atol: 1e-8 })
    expect(map.bias).toBeAllClose([3, 6, 9, 12], { rtol: 1e-8 })
  })

  it('is not determined by fewer than d points', () => {
    const { a, b } = planted(7, 8, 3)
    expect(() => fitLinearMap({ a, b }, { method: 'leastSquares' })).toThrow(
      "latentTools.fitLinearMap: expected at least 8 support points for 8 dimensions with method 'leastSquares', got 7; pass more points, or method: 'ridge' or 'pls'",
    )
    expect(fitLinearMap({ a, b }, { method: 'ridge' }).outputSize).toBe(3)
  })

  it('degrades with noise as theory says: the excess error is σ²·d/(n − d − 1)', () => {
    const [d, noise, repeats] = [10, 0.5, 60]
    // bells has variance 1/3.
    const variance = (noise * noise) / 3
    for (const n of [20, 40, 160]) {
      let excess = 0
      for (let repeat = 0; repeat < repeats; repeat++) {
        const { a, b, w } = planted(n, d, 6, { seed: 17 * repeat + n, noise })
        const map = fitLinearMap({ a, b }, { method: 'leastSquares' })
        const wrong = map.matrix.data.map((value, at) => value - w.data[at]!)
        excess += wrong.reduce((sum, value) => sum + (value * value) / 3, 0) / 6 / repeats
      }
      const theory = (variance * d) / (n - d - 1)
      expect(excess / theory).toBeGreaterThan(0.8)
      expect(excess / theory).toBeLessThan(1.25)
    }
  })

  it('between scaled and centered spaces comes back in the units of the spaces', () => {
    const { a, b, w } = planted(80, 5, 3, { shift: 2 })
    for (const scaling of ['standard', 'isotropic'] as const) {
      const map = fitLinearMap({ a, b }, { method: 'affine', scaling })
      expect(map.matrix.data).toBeAllClose(w.data, { rtol: 1e-8, atol: 1e-9 })
      expect(map.bias).toBeAllClose([2, 4, 6], { rtol: 1e-8 })
    }
  })

  it('is approached by the gradient descent of the paper', () => {
    const { a, b } = planted(300, 4, 4)
    const map = fitLinearMap({ a, b }, { method: 'sgd', learningRate: 5e-3, steps: 3000, penalty: 1e-6 })
    expect(latentErrors(mapCodes(map, a), b).r2).toBeGreaterThan(0.9999)
    const penalized = fitLinearMap({ a, b }, { method: 'sgd', learningRate: 5e-3, steps: 3000, penalty: 0.1 })
    expect(Math.hypot(...penalized.matrix.data)).toBeLessThan(Math.hypot(...map.matrix.data))
  })
})

describe('warnings of maps', () => {
  it('PLS does not divide by what float32 has lost', () => {
    const { a, b } = planted(60, 4, 3, { noise: 0.3 })
    const flat = build(60, 5, (i, j) =>
      Math.fround(j < 4 ? a.data[i * 4 + j]! : Math.fround(a.data[i * 4]!) - Math.fround(a.data[i * 4 + 1]!)),
    )
    const map = fitLinearMap({ a: flat, b }, { method: 'pls', components: 5 })
    expect(Math.max(...map.matrix.data.map(Math.abs))).toBeLessThan(10)
    expect(map.warnings).toEqual(['the points span only 4 directions of the first space: pls used those, not 5'])
  })

  it('tell of a ridge above the mean square along a direction, and of three points in six dimensions', () => {
    const a = build(4, 2, (i, j) => [1, -1, 0, 0, 0, 0, 1, -1][j * 4 + i]!)
    // Squares sum to 4 over 2 directions.
    expect(fitLinearMap({ a, b: a }, { ridge: 1.99 }).warnings).toEqual([])
    expect(fitLinearMap({ a, b: a }, { ridge: 2.01 }).warnings[0]).toMatch('a ridge of 2.01 outweighs the points')
    const few = planted(3, 6, 2)
    expect(fitLinearMap(few, { method: 'ridge', ridge: 1e-3 }).warnings).toEqual([
      'the points span only 2 of 6 dimensions of the first space: the map sees nothing of the others',
    ])
  })

  it('a constant column is no scale: 1.1 above 0.1 stays there', () => {
    const e = bells(1, 40, 1).data
    const a = build(40, 2, (i, j) => (j === 0 ? e[i]! : 0.1))
    const map = fitLinearMap({ a, b: a }, { method: 'ridge', scaling: 'standard' })
    expect(Math.abs(mapCodes(map, [[0, 1.1]]).data[1]! - 0.1)).toBeLessThan(1e-9)
    const constant = build(9, 2, () => 0.1)
    expect(() => fitLinearMap({ a: constant, b: bells(2, 9, 2) }, { method: 'orthogonal', rescale: true })).toThrow(
      'expected points that differ in both spaces',
    )
  })
})

describe('orthogonal maps', () => {
  it('are orthogonal, and recover a rotation', () => {
    const a = bells(4, 50, 7)
    const turn = rotation(7, 9)
    const { matrix } = fitLinearMap({ a, b: product(a, turn) }, { method: 'orthogonal' })
    expect(matrix.data).toBeAllClose(turn.data, { rtol: 1e-9, atol: 1e-10 })
    for (const method of ['orthogonal', 'lortho'] as const) {
      const { b } = planted(50, 7, 7)
      expect(gram(fitLinearMap({ a, b }, { method }).matrix).data).toBeAllClose(identity(7).data, { atol: 1e-12 })
    }
  })

  it('between spaces of different size have orthonormal rows or columns', () => {
    for (const [from, to] of [
      [4, 9],
      [9, 4],
    ] as const) {
      const { a, b } = planted(40, from, to)
      for (const method of ['orthogonal', 'lortho'] as const) {
        const { matrix } = fitLinearMap({ a, b }, { method })
        const square = from < to ? gram(transposed(matrix)) : gram(matrix)
        expect(square.data).toBeAllClose(identity(4).data, { atol: 1e-12 })
      }
    }
  })

  it('stay orthogonal with too few points, and say what is arbitrary', () => {
    const { a, b } = planted(4, 6, 6)
    const map = fitLinearMap({ a, b }, { method: 'orthogonal' })
    expect(gram(map.matrix).data).toBeAllClose(identity(6).data, { atol: 1e-12 })
    expect(map.warnings).toEqual(['the points leave 3 of 6 directions open; those of the map are arbitrary'])
  })

  it('no rotation fits better than Procrustes', () => {
    const { a, b } = planted(40, 3, 3, { noise: 0.5 })
    const error = (w: Matrix64) => latentErrors(product(a, w), b).mse
    const best = error(fitLinearMap({ a, b }, { method: 'orthogonal', center: false }).matrix)
    for (let seed = 0; seed < 50; seed++) expect(error(rotation(3, seed))).toBeGreaterThanOrEqual(best - 1e-12)
  })
})

describe('maps', () => {
  it('apply on the device what they are on the CPU', async () => {
    const { a, b } = planted(30, 5, 3, { shift: 1 })
    const map = fitLinearMap({ a, b }, { method: 'affine' })
    const z = tensor2d(Float32Array.from(a.data), [30, 5])
    const out = map.apply(z)
    expect(await out.data()).toBeAllClose(mapCodes(map, a).data, { rtol: 1e-4, atol: 1e-5 })
    expect(() => map.apply(out)).toThrow('latentTools.LinearMap.apply: expected z of shape [any, 5], got [30, 3]')
    z.dispose()
    out.dispose()
  })

  it('compose, and survive JSON bit by bit', () => {
    const { a, b } = planted(30, 5, 3, { shift: 1 })
    const first = fitLinearMap({ a, b }, { method: 'affine' })
    const second = fitLinearMap({ a: b, b: bells(5, 30, 4) }, { method: 'ridge' })
    const both = mapCodes(composeMaps(first, second), a).data
    expect(both).toBeAllClose(mapCodes(second, mapCodes(first, a)).data, { rtol: 1e-10, atol: 1e-12 })
    const again = linearMapFromJson(JSON.parse(JSON.stringify(linearMapToJson(first))))
    expect([...again.matrix.data, ...again.bias]).toEqual([...first.matrix.data, ...first.bias])
    expect(again.config).toEqual(first.config)
    expect(() => linearMapFromJson({ matrix: 3 })).toThrow('latentTools.linearMapFromJson: expected a map')
    expect(() => composeMaps(second, first)).toThrow(
      'expected the second map to start where the first ends, got 4 and 5',
    )
    expect(() => linearMap({ matrix: first.matrix, bias: new Float64Array(2) })).toThrow(
      'got 15 numbers and a bias of 2',
    )
  })

  it('with the non-linear control do no worse on a bend, and the line does as well on a line', async () => {
    const a = bells(1, 200, 2)
    const bent = build(200, 2, (i, j) => (j === 0 ? a.data[2 * i]! ** 2 : a.data[2 * i + 1]!))
    const r2 = async (b: Matrix64) => {
      const control = await fitMlpMap({ a, b }, { hidden: 24, steps: 200, learningRate: 0.02, key: key(0) })
      const z = tensor2d(Float32Array.from(a.data), [200, 2])
      const out = control.apply(z)
      const found = latentErrors(out, b).r2
      z.dispose()
      out.dispose()
      return found - latentErrors(mapCodes(fitLinearMap({ a, b }), a), b).r2
    }
    expect(await r2(bent)).toBeGreaterThan(0.1)
    expect(await r2(product(a, bells(3, 2, 2)))).toBeLessThan(1e-3)
  })
})

describe('refusals say what to do', () => {
  const { a, b } = planted(20, 4, 3)

  it('of counts, ranks, numbers', () => {
    const fewer = takeRows(b, [0, 1, 2])
    expect(() => fitLinearMap({ a, b: fewer })).toThrow(
      'latentTools.fitLinearMap: expected as many rows in a as in b, got 20 and 3; row i of both must be the same sample',
    )
    const flat = build(20, 4, (i, j) => (j === 3 ? a.data[i * 4]! - a.data[i * 4 + 1]! : a.data[i * 4 + j]!))
    expect(() => fitLinearMap({ a: flat, b }, { method: 'affine' })).toThrow(
      "expected support points that span all 4 dimensions of the first space, got rank 3; pass method: 'ridge' or 'pls', or choose more varied points",
    )
    expect(fitLinearMap({ a: flat, b }, { method: 'ridge' }).config.ridge).toBe(1)
    const broken = { ...a, data: a.data.slice() }
    broken.data[6] = Number.NaN
    expect(() => fitLinearMap({ a: broken, b })).toThrow('expected finite numbers in a, got NaN in row 1, column 2')
    expect(() => fitLinearMap({ a: [[1, 2], [3]], b: [[1], [2]] })).toThrow(
      'expected rows of 2 numbers in a, got 1 in row 1',
    )
    expect(() => fitLinearMap({ a, b }, { ridge: 0 })).toThrow('ridge')
    expect(() => fitLinearMap({ a, b }, { method: 'pls', components: 9 })).toThrow('components')
    expect(() => mapCodes(fitLinearMap({ a, b }), b)).toThrow('expected codes of 4 dimensions, got 3')
  })
})

describe('the choice of points', () => {
  const codes = build(120, 4, (i, j) => bells(3, 120, 4).data[i * 4 + j]! * (j + 1))
  const methods: PointMethod[] = ['random', 'kMeans', 'farthest', 'leverage', 'dOptimal', 'greedy']

  it.each(methods)('%s gives different rows, as many as asked, the same ones again', (method) => {
    const target = product(codes, bells(5, 4, 3))
    const options = { size: 17, method, target, key: key(1) }
    const rows = choosePoints(codes, options)
    expect(new Set(rows).size).toBe(17)
    expect(rows.every((row) => row >= 0 && row < 120)).toBe(true)
    expect([...choosePoints(codes, options)]).toEqual([...rows])
    expect(new Set(choosePoints(codes, { ...options, size: 120 })).size).toBe(120)
  })

  it('D-optimal points determine a map better than random ones, by log det XᵀX', () => {
    const logDet = (method: PointMethod, seed: number) => {
      const { values } = svd(takeRows(codes, choosePoints(codes, { size: 8, method, key: key(seed) })))
      return values.reduce((sum, value) => sum + 2 * Math.log(value), 0)
    }
    const random = Array.from({ length: 30 }, (_, seed) => logDet('random', seed))
    expect(logDet('dOptimal', 0)).toBeGreaterThan(Math.max(...random))
  })

  it('the first farthest points are the corners; k-means finds the clusters', () => {
    const square = [
      [0, 0],
      [1, 0.1],
      [10, 0],
      [0, 10],
      [10, 10],
      [5, 5],
      [4, 5],
    ]
    expect(new Set(choosePoints(square, { size: 4, method: 'farthest', key: key(0) }))).toEqual(new Set([0, 2, 3, 4]))
    const clusters = build(60, 2, (i, j) => 20 * ((i % 3) * (j + 1)) + bells(1, 60, 2).data[i * 2 + j]!)
    const found = choosePoints(clusters, { size: 3, method: 'kMeans', key: key(4) })
    expect(new Set([...found].map((row) => row % 3)).size).toBe(3)
  })

  it('refuses more points than there are, and greedy without a target', () => {
    expect(() => choosePoints(codes, { size: 121, key: key(0) })).toThrow('size')
    expect(() => choosePoints(codes, { size: 3, method: 'greedy', key: key(0) })).toThrow(
      'pass target: codes of the other space',
    )
  })
})

describe('the choice of λ', () => {
  it('is small without noise and large when there is only noise', () => {
    const clean = planted(60, 5, 4)
    const lost = { a: clean.a, b: bells(77, 60, 4) }
    expect(chooseRidge(clean, { key: key(0) }).ridge).toBeLessThan(1e-2)
    const { ridge, errors } = chooseRidge(lost, { key: key(0), folds: 4 })
    expect(ridge).toBeGreaterThan(10)
    expect(errors).toHaveLength(9)
    expect(() => chooseRidge(clean, { key: key(0), folds: 99 })).toThrow('folds')
  })
})

describe('relative codes', () => {
  it('do not see rotations and scales; with distances, not shifts', () => {
    const a = bells(1, 30, 5)
    const anchors = [0, 3, 8, 11]
    const turned = product(a, rotation(5, 2))
    const doubled = { ...turned, data: turned.data.map((value) => 2 * value) }
    const shifted = { ...turned, data: turned.data.map((value, at) => value + (at % 5)) }
    const of = (x: Matrix64, similarity: 'cosine' | 'euclidean') =>
      relativeCodes(x, takeRows(x, anchors), { similarity }).data
    expect(of(doubled, 'cosine')).toBeAllClose(of(a, 'cosine'), { rtol: 1e-10, atol: 1e-12 })
    expect(of(shifted, 'euclidean')).toBeAllClose(of(a, 'euclidean'), { rtol: 1e-6, atol: 1e-6 })
    expect(() => relativeCodes(a, bells(1, 3, 4))).toThrow('expected anchors of 5 dimensions')
  })
})
