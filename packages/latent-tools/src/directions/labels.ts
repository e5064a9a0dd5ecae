/** Labels of an attribute. @module */
import { assertNumber, refusal } from '@gen/backend'
import { assertList, assertNumbers, given } from '../arguments.ts'

/** Which samples show an attribute clearly, and which clearly do not. */
export interface ChosenLabels {
  /** Rows of the samples, those with the attribute first. */
  readonly rows: Int32Array
  /** 1 with the attribute, 0 without. */
  readonly labels: Int32Array
}

/**
 * Labels from a classifier's scores: the highest share of the samples has the attribute, the lowest has it not, and what
 * lies between is left out, as scores there are unsure.
 *
 * @param fraction - Share of the samples at each end. @default 0.1
 * @throws GenError `range`; `value` for scores that are all the same; `non-finite` for NaN and infinite ones, which have no
 * place in the order.
 * @see Interpreting the latent space of GANs (Shen et al., 2020) https://arxiv.org/abs/1907.10786
 * @example
 * const { rows, labels } = labelsFromScores(smiles, { fraction: 0.05 })
 */
export function labelsFromScores(scores: ArrayLike<number>, options: { fraction?: number } = {}): ChosenLabels {
  const where = 'latentTools.labelsFromScores'
  const { fraction = 0.1 } = given(where, options)
  assertNumbers(where, 'scores', scores)
  assertNumber(where, 'fraction', fraction, { exclusiveMin: 0, max: 0.5 })
  const count = Math.floor(fraction * scores.length)
  if (count < 1) {
    throw refusal('range', where, {
      expected: 'at least one sample at each end',
      got: `${scores.length} scores`,
      remedy: 'pass fraction: 0.5 or more scores',
    })
  }
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((i, j) => scores[j]! - scores[i]!)
  if (!(scores[order[count - 1]!]! > scores[order[order.length - count]!]!)) {
    throw refusal('value', where, {
      expected: 'scores that differ',
      got: 'the same at both ends',
      remedy: 'the attribute is constant in these samples',
    })
  }
  const rows = Int32Array.from([...order.slice(0, count), ...order.slice(-count)])
  return { rows, labels: Int32Array.from(rows, (_, i) => (i < count ? 1 : 0)) }
}

/**
 * Checks labels 0 and 1 of as many samples as there are.
 *
 * @throws GenError `shape` for another number; `value` for other labels or a constant attribute.
 */
export function assertLabels(where: string, labels: ArrayLike<number>, count: number): void {
  assertList(where, 'labels', labels)
  if (labels.length !== count) {
    throw refusal('shape', where, { expected: `a label for each of ${count} codes`, got: labels.length })
  }
  let ones = 0
  for (let i = 0; i < count; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw refusal('value', where, {
        expected: 'labels 0 or 1',
        got: `${labels[i]} in row ${i}`,
        remedy: 'make them from scores with labelsFromScores',
      })
    }
    ones += labels[i]!
  }
  if (ones >= 2 && count - ones >= 2) return
  const got = `${ones} with and ${count - ones} without`
  throw refusal('value', where, {
    expected: 'at least 2 samples with the attribute and 2 without',
    got,
    remedy: 'a constant attribute has no direction, pass samples that differ in it',
    details: { ones, zeros: count - ones },
  })
}
