/** Sizes beyond every block, chunk and limit: the same as one by one. @module */
import { key } from '@gen/backend'
import { forEachBlock, forEachUpperBlock, type Matrix, matrix } from '@gen/linear-algebra'
import { gather, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { kid } from './distances/kid.ts'
import { medianDistance } from './distances/median-distance.ts'
import { transport, transportLimit } from './distances/transport.ts'
import { featureStatistics } from './features/feature-statistics.ts'
import { msSsimDiversity } from './images/diversity.ts'
import { msSsim } from './images/ssim.ts'
import { chosen, imageValues, uniform, vectors } from './testing.ts'

describe('thresholds, blocks and chunks, crossed', () => {
  it.each([
    [100, 300],
    [40, 3000],
    [129, 256],
    [20, 5000],
  ])('%i rows of %i numbers compare as one by one, in blocks of any size', (rows, columns) => {
    const [x, y] = [vectors(3, rows, columns), vectors(4, rows - 3, columns)]
    const squared = (i: number, j: number, other: Matrix) => {
      let sum = 0
      for (let k = 0; k < columns; k++) sum += (x.data[i * columns + k]! - other.data[j * columns + k]!) ** 2
      return sum
    }
    let pairs = 0
    forEachBlock(x, y, 'squared', (block) => {
      for (let i = 0; i < block.rows; i++) {
        for (let j = 0; j < block.columns; j++) {
          if (pairs++ % 31 > 0) continue
          expect(block.values[i * block.stride + j]).toBe(squared(block.rowStart + i, block.columnStart + j, y))
        }
      }
    })
    expect(pairs).toBe(rows * (rows - 3))
    let upper = 0
    forEachUpperBlock(x, 'squared', (block) => {
      for (let i = 0; i < block.rows; i++) {
        for (let j = Math.max(0, block.rowStart + i + 1 - block.columnStart); j < block.columns; j++) {
          if (upper++ % 31 > 0) continue
          expect(block.values[i * block.stride + j]).toBe(squared(block.rowStart + i, block.columnStart + j, x))
        }
      }
    })
    expect(upper).toBe((rows * (rows - 1)) / 2)
  })

  it.each([255, 256, 257, 513])('statistics of %i rows are those of the definition', (rows) => {
    const x = vectors(5, rows, 3)
    const mean = [0, 1, 2].map((j) => {
      let sum = 0
      for (let i = 0; i < rows; i++) sum += x.data[3 * i + j]!
      return sum / rows
    })
    const covariance = [0, 1, 2].flatMap((a) =>
      [0, 1, 2].map((b) => {
        let sum = 0
        for (let i = 0; i < rows; i++) sum += (x.data[3 * i + a]! - mean[a]!) * (x.data[3 * i + b]! - mean[b]!)
        return sum / (rows - 1)
      }),
    )
    const gathered = featureStatistics()
    gathered.add(x)
    const { count, mean: found, covariance: spread } = gathered.statistics()
    expect(count).toBe(rows)
    expect(found).toBeAllClose(mean, { rtol: 1e-12, atol: 1e-14 })
    expect(spread).toBeAllClose(covariance, { rtol: 1e-12, atol: 1e-14 })
  })

  it('the median looks at evenly spaced rows where there are more than it may', () => {
    const [x, y] = [vectors(6, 23, 2), vectors(7, 9, 2)]
    // ⌊23i/6⌋ and ⌊9i/6⌋
    const [ofX, ofY] = [chosen(x, [0, 3, 7, 11, 15, 19]), chosen(y, [0, 1, 3, 4, 6, 7])]
    expect(medianDistance(x, y, { rows: 6 })).toBe(medianDistance(ofX, ofY))
    const long = vectors(8, 1200, 1)
    const every = Array.from({ length: 500 }, (_, i) => Math.floor((i * 1200) / 500))
    const two = chosen(long, [0, 5])
    expect(medianDistance(long, two)).toBe(medianDistance(chosen(long, every), two, { rows: 1000 }))
  })

  it('diversity over more pairs than are gathered at once is that of each pair', () => {
    const noise = imageValues(26, [9, 12, 12, 1], 0.3)
    const images = tensor4d(noise, [9, 12, 12, 1])
    const found = msSsimDiversity(images, { key: key(0) })
    const each = Array.from({ length: 36 }, (_, i) => {
      const b = [1, 2, 3, 4, 5, 6, 7, 8].find((n) => (n * (n + 1)) / 2 > i)!
      const a = i - (b * (b - 1)) / 2
      return tidy(() => msSsim(gather(images, [a]), gather(images, [b])).value)
    })
    expect(found.perSample).toHaveLength(36)
    expect([...found.perSample].sort()).toBeAllClose([...each].sort(), { rtol: 1e-12, atol: 0 })
    images.dispose()
  })

  it('KID’s subsets hold half of the smaller set, 1000 at most', () => {
    const line = (rows: number) => vectors(9, rows, 1)
    const size = (n: number, m: number) => kid(line(n), line(m), { key: key(0), subsets: 1 }).settings.subsetSize
    expect([size(60, 41), size(2100, 2001), size(1998, 5000)]).toEqual([20, 1000, 999])
  })

  it('transport takes 2000 points a side, and no more', () => {
    expect(transportLimit).toBe(2000)
    const row = (count: number) => ({ rows: 1, columns: count, data: uniform(3, count) })
    expect(transport(row(2000)).shipments).toHaveLength(2000)
    expect(() => transport(row(2001))).toThrow('expected at most 2000 points a side, got 1 and 2001')
    expect(() => transport(matrix([[1e301]]))).toThrow('scale them down')
  })
})
