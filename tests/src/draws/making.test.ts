/** Law: a fresh model's weights are independent: no key's row is drawn twice, no two kernels are alike. @module */
import { key, useBackend } from '@gen/backend'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { repeats, watch } from './ledger.ts'
import { type Made, makings } from './models.ts'

vi.mock('../../../packages/backend/src/random/fill.ts', async (original) =>
  (await import('./watched.ts')).fill(original),
)
vi.mock('../../../packages/backend/src/random/permutation.ts', async (original) =>
  (await import('./watched.ts')).permutations(original),
)

beforeAll(async () => {
  // On cpu all numbers pass through the watched functions.
  await useBackend('cpu')
})

describe.each(makings)('$name', ({ make }) => {
  it('draws every row of a key once, and has no two kernels alike', async () => {
    let made: Made | undefined
    const drawn = await watch(() => {
      made = make(key(11))
    })
    const kernels = made!.weights.filter(({ size }) => size > 1).map((weight) => directionOf(weight.dataSync()))
    made!.dispose()
    expect(repeats(drawn)).toEqual([])
    const alike = kernels.flatMap((one, i) =>
      kernels.slice(i + 1).flatMap((other, j) => (one && other && overlap(one, other) ? [[i, i + 1 + j]] : [])),
    )
    expect(alike, 'pairs of weights with the same numbers up to a factor').toEqual([])
  })
})

/** Numbers up to a factor, the zeros of masks and triangles left out; undefined where nothing is drawn (zeros, ones, signs). */
function directionOf(values: ArrayLike<number>): Float64Array | undefined {
  const first = Array.from(values)
    .filter((value) => value !== 0)
    .slice(0, 8)
  if (new Set(first.map(Math.abs)).size < 4) return undefined
  return Float64Array.from(first, (value) => value / first[0]!)
}

/** Whether all that can be compared agrees. */
function overlap(one: Float64Array, other: Float64Array): boolean {
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i++) if (Math.abs(one[i]! - other[i]!) > 1e-4 * Math.abs(one[i]!)) return false
  return true
}
