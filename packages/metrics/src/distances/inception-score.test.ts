import { matrix } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import { fixture, vectors } from '../testing.ts'
import { inceptionScore } from './inception-score.ts'

function softmax(logits: ReturnType<typeof vectors>) {
  const rows = Array.from({ length: logits.rows }, (_, i) => {
    const row = Array.from(logits.data.subarray(i * logits.columns, (i + 1) * logits.columns))
    const sum = row.reduce((total, value) => total + Math.exp(value), 0)
    return Array.from(row, (value) => Math.exp(value) / sum)
  })
  return matrix(rows)
}

const oneHot = (labels: number[], classes: number) => {
  return matrix(labels.map((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0))))
}

describe('inceptionScore', () => {
  it('equals torch-fidelity', () => {
    const { inceptionScore: reference } = fixture<{ inceptionScore: Record<string, number> }>('features')
    const { value, standardError } = inceptionScore(softmax(vectors(7, 500, 10, { spread: 3 })), { splits: 5 })
    expect([value]).toBeAllClose([reference.inception_score_mean!], { rtol: 1e-12 })
    // Theirs is the population's deviation of the splits; ours the standard error of their mean.
    expect([standardError! * Math.sqrt(4)]).toBeAllClose([reference.inception_score_std!], { rtol: 1e-10 })
  })

  it('goes from 1 to the number of classes', () => {
    expect(
      inceptionScore(
        oneHot(
          Array.from({ length: 40 }, (_, i) => i % 4),
          4,
        ),
        { splits: 1 },
      ).value,
    ).toBeCloseTo(4, 12)
    expect(inceptionScore(oneHot(new Array(40).fill(2), 4), { splits: 2 }).value).toBeCloseTo(1, 12)
    expect(inceptionScore(matrix(new Array(8).fill([0.25, 0.75])), { splits: 1 }).value).toBeCloseTo(1, 12)
  })

  it('refuses what are not probabilities, and warns of small splits', () => {
    expect(() => inceptionScore(vectors(7, 50, 10))).toThrow('apply softmax to logits')
    expect(() => inceptionScore(matrix([[-0.5, 1.5]]), { splits: 1 })).toThrow('got -0.5 in row 0')
    expect(() => inceptionScore(oneHot([0, 1], 2), { splits: 3 })).toThrow('expected splits an integer ≥ 1 and ≤ 2')
    expect(inceptionScore(oneHot([0, 1], 2), { splits: 1 }).warnings).toHaveLength(1)
  })
})
