/** Precision, recall, density and coverage of the generated samples. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { forEachBlock } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { readPair } from '../features/read-vectors.ts'
import type { FeatureMeasurement } from '../measurement.ts'
import { squaredRadii } from './neighbor-radii.ts'

/** Options of {@link prdc}. */
export interface PrdcOptions {
  /**
   * Neighbors that set a sample's radius. The papers use 3 for precision and recall, 5 for density and coverage.
   * @default 5
   */
  neighbors?: number
}

/** Result of {@link prdc}. */
export interface Prdc {
  /** Share of fake samples that lie near real ones, 0…1: quality. */
  readonly precision: FeatureMeasurement
  /**
   * Share of real samples that lie near fake ones, 0…1: variety. One stray fake sample with a wide radius can raise it.
   */
  readonly recall: FeatureMeasurement
  /**
   * Mean number of real neighborhoods that a fake sample lies in, over k: quality, robust to outliers. About 1 at
   * best, can exceed it.
   */
  readonly density: FeatureMeasurement
  /** Share of real samples with a fake one in their neighborhood, 0…1: variety, robust to outliers. */
  readonly coverage: FeatureMeasurement
}

interface Counts {
  /** Samples whose k nearest neighbors are duplicates of themselves. */
  duplicated: number
  precise: number
  recalled: number
  inside: number
  covered: number
}

/**
 * Precision, recall, density and coverage, from k-nearest-neighbor balls around each sample.
 *
 * With B(x) the open ball around x out to its k-th nearest neighbor in its own set: precision counts fake samples in
 * some real ball, recall real samples in some fake ball, density the real balls per fake sample divided by k, coverage
 * real balls that hold a fake sample. The ball of a sample with k duplicates is empty, which a warning tells. Distances are computed in float64, in blocks: memory grows with samples · k.
 *
 * @throws GenError `shape` for fewer than k + 1 samples or different sizes; `non-finite` for NaN; `range` for
 * neighbors < 1.
 * @see Improved precision and recall metric for assessing generative models (Kynkäänniemi et al., 2019)
 * https://arxiv.org/abs/1904.06991
 * @see Reliable fidelity and diversity metrics for generative models (Naeem et al., 2020)
 * https://arxiv.org/abs/2002.09797
 * @example
 * const { precision, recall } = prdc(realFeatures, fakeFeatures, { neighbors: 3 })
 */
export function prdc(real: Vectors, fake: Vectors, { neighbors = 5 }: PrdcOptions = {}): Prdc {
  const where = 'metrics.prdc'
  assertInteger(where, 'neighbors', neighbors, { min: 1 })
  const pair = readPair(where, real, fake, neighbors + 1)
  const features = sharedFeatures(where, pair.real, pair.fake)
  const { precise, recalled, inside, covered, duplicated } = count(pair.real, pair.fake, neighbors)
  const samples = { real: pair.real.rows, fake: pair.fake.rows }
  const warnings = [
    ...(samples.real === samples.fake
      ? []
      : ['real and fake differ in number: recall and coverage move with the ratio of the two']),
    ...(duplicated === 0
      ? []
      : [`${duplicated} samples have ${neighbors} duplicates or more: their balls are empty, and all values too low`]),
  ]
  const measure = (metric: string, value: number): FeatureMeasurement => {
    return { metric, value, samples, features, settings: { neighbors }, warnings }
  }
  return {
    precision: measure('precision', precise / samples.fake),
    recall: measure('recall', recalled / samples.real),
    density: measure('density', inside / (neighbors * samples.fake)),
    coverage: measure('coverage', covered / samples.real),
  }
}

function count(real: Matrix, fake: Matrix, neighbors: number): Counts {
  const realRadii = squaredRadii(real, neighbors)
  const fakeRadii = squaredRadii(fake, neighbors)
  if (!realRadii.every(Number.isFinite) || !fakeRadii.every(Number.isFinite)) {
    throw refusal('non-finite', 'metrics.prdc', {
      expected: 'finite distances',
      got: 'infinity',
      remedy: 'scale the features down',
    })
  }
  const precise = new Uint8Array(fake.rows)
  const recalled = new Uint8Array(real.rows)
  const covered = new Uint8Array(real.rows)
  let inside = 0
  forEachBlock(real, fake, 'squared', ({ rowStart, rows, columnStart, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) {
      const row = rowStart + i
      const radius = realRadii[row]!
      for (let j = 0; j < columns; j++) {
        const distance = values[i * stride + j]!
        if (distance < radius) {
          inside++
          precise[columnStart + j] = 1
          covered[row] = 1
        }
        if (distance < fakeRadii[columnStart + j]!) recalled[row] = 1
      }
    }
  })
  const total = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0)
  const duplicated = [realRadii, fakeRadii].reduce((sum, radii) => sum + radii.filter((r) => r === 0).length, 0)
  return { precise: total(precise), recalled: total(recalled), covered: total(covered), inside, duplicated }
}
