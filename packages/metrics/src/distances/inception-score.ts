/** Inception score, on any classifier's probabilities. @module */
import { assertInteger } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { assertProbabilities } from '../features/probabilities.ts'
import { readVectors } from '../features/read-vectors.ts'
import { type FeatureMeasurement, meanOf } from '../measurement.ts'

/** Options of {@link inceptionScore}. */
export interface InceptionScoreOptions {
  /** The samples are cut, in the order given, into so many equal parts; the value is their mean. @default 10 */
  splits?: number
}

/**
 * Inception score: `exp(E_x KL(p(y|x) ‖ p(y)))`, from 1 (all samples look alike to the classifier) to the number of
 * classes. It looks at generated samples only, and so cannot see that a model merely repeats one good sample per class.
 *
 * @param probabilities - Class probabilities `[samples, classes]`, rows summing to 1.
 * @throws GenError `range` for rows that are not probabilities or more splits than samples; `shape`, `non-finite`.
 * @see Improved techniques for training GANs (Salimans et al., 2016) https://arxiv.org/abs/1606.03498
 * @example
 * const { value, standardError } = inceptionScore(classify(images))
 */
export function inceptionScore(
  probabilities: Vectors,
  { splits = 10 }: InceptionScoreOptions = {},
): FeatureMeasurement {
  const where = 'metrics.inceptionScore'
  const p = readVectors(where, 'probabilities', probabilities)
  assertInteger(where, 'splits', splits, { min: 1, max: p.rows })
  assertProbabilities(where, p)
  const scores = Array.from({ length: splits }, (_, i) => {
    return score(p, Math.floor((i * p.rows) / splits), Math.floor(((i + 1) * p.rows) / splits))
  })
  const perSplit = Math.floor(p.rows / splits)
  return {
    metric: 'inception-score',
    ...meanOf(scores),
    samples: { fake: p.rows },
    features: sharedFeatures(where, p),
    settings: { splits, classes: p.columns },
    warnings:
      perSplit < 10 * p.columns
        ? [`${perSplit} samples a split for ${p.columns} classes bias the score downwards`]
        : [],
  }
}

function score({ columns, data }: Matrix, start: number, end: number): number {
  // Sums, not means: a probability is never more than its class's sum, whereas its share may fall below float64.
  const marginal = new Float64Array(columns)
  for (let i = start; i < end; i++) {
    for (let j = 0; j < columns; j++) marginal[j]! += data[i * columns + j]!
  }
  let divergence = 0
  for (let i = start; i < end; i++) {
    for (let j = 0; j < columns; j++) {
      const p = data[i * columns + j]!
      if (p > 0) divergence += p * Math.log((p / marginal[j]!) * (end - start))
    }
  }
  return Math.exp(divergence / (end - start))
}
