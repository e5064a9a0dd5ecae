import { pointDataset } from '@gen/data'
import { describe, expect, it } from 'vitest'
import { fingerprint } from './fingerprint.ts'

/** Enough items that they are read in two blocks. */
const rows = 600_000

function data({ changed = -1, label = 0 } = {}) {
  const points = Float32Array.from({ length: 2 * rows }, (_, i) => (i === changed ? 7 : i % 1000))
  const labels = new Int32Array(rows)
  labels[rows - 1] = label
  return pointDataset({ points, shape: [2], labels, classes: 2 })
}

describe('fingerprint', () => {
  it('is that of the content: of every number and every label', async () => {
    const own = await fingerprint(data())
    expect(own).toMatch(/^[\da-f]{16}$/)
    expect(await fingerprint(data())).toBe(own)
    const others = [
      data({ changed: 0 }),
      data({ changed: 2 * rows - 1 }),
      data({ changed: 2 ** 20 + 1 }),
      data({ label: 1 }),
    ]
    for (const other of others) expect(await fingerprint(other)).not.toBe(own)
  })

  it('may look at some items, evenly over all', async () => {
    const [own, end] = [data(), data({ changed: 2 * Math.floor((9 * rows) / 10) })]
    expect(await fingerprint(own, 10)).toBe(await fingerprint(data({ changed: 3 }), 10))
    expect(await fingerprint(own, 10)).not.toBe(await fingerprint(end, 10))
    expect(await fingerprint(own, 2 * rows)).toBe(await fingerprint(own))
  })
})
