import { describe, expect, it } from 'vitest'
import type { DescribedSession } from './described-session.ts'
import { ofAnyBatch } from './fixed-batch.ts'

/** As a runtime's. */
class Made {
  constructor(
    readonly type: string,
    readonly data: Float32Array,
    readonly dims: readonly number[],
  ) {}
}

/** A session that doubles rows of two numbers, and refuses another batch than the file's, as onnxruntime does. */
function doubling(batch: number | string, seen: number[] = []): DescribedSession {
  const run = async (feeds: Record<string, Made>) => {
    const { data, dims } = feeds.x!
    seen.push(dims[0]!)
    if (typeof batch === 'number' && dims[0] !== batch) throw new Error(`Got: ${dims[0]} Expected: ${batch}`)
    return {
      y: new Made(
        'float32',
        data.map((value) => 2 * value),
        dims,
      ),
    }
  }
  const values = [{ name: 'x', shape: [batch, 2] }]
  return { inputNames: ['x'], outputNames: ['y'], inputMetadata: values, outputMetadata: values, run: run as never }
}

describe('a session of any batch', () => {
  it.each([1, 2, 3, 5, 8])('runs five rows in parts of %i', async (batch) => {
    const seen: number[] = []
    const session = ofAnyBatch(doubling(batch, seen), Made)
    const x = Float32Array.from({ length: 10 }, (_, i) => i)
    const { y } = await session.run({ x: new Made('float32', x, [5, 2]) } as never)
    expect(y).toEqual({ data: x.map((value) => 2 * value), dims: [5, 2] })
    expect(seen).toEqual(Array.from({ length: Math.ceil(5 / batch) }, () => batch))
  })

  it('is the session itself where the batch is free', () => {
    const free = doubling('batch')
    expect(ofAnyBatch(free, Made)).toBe(free)
  })
})
