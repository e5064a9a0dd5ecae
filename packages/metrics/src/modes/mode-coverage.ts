/** How many of the known modes the generated samples reach. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import type { Vectors } from '../features/feature-matrix.ts'
import { assertSameSize, readVectors } from '../features/read-vectors.ts'
import type { Measurement } from '../measurement.ts'

/** Result of {@link modeCoverage} and {@link labelCoverage}; `value` is the number of modes found. */
export interface ModeMeasurement extends Measurement {
  /** Number of modes there are. */
  readonly modes: number
  /** Share of samples that lie near a mode, 0…1 (for labeled samples: 1, since a label is all that is known). */
  readonly highQuality: number
  /** `KL(q ‖ p)` in nats between the shares q of the samples per mode and the target p; 0 when balanced. */
  readonly reverseKl: number
  /** Number of samples per mode. */
  readonly counts: readonly number[]
}

/** Options of {@link modeCoverage}. */
export interface ModeCoverageOptions {
  /** Standard deviation of each mode, the same in all directions. */
  deviation: number
  /** A sample is of high quality within so many deviations (Euclidean distance) of its mode. @default 3 */
  threshold?: number
  /** A mode is found from so many high-quality samples on. @default 1 */
  minimum?: number
}

/**
 * Modes found, high-quality share and reverse KL on a mixture whose centers are known (`ringModes`, `gridModes`).
 *
 * Each sample belongs to its nearest center. A mode is found when at least `minimum` of its samples are within
 * `threshold` deviations of it. The reverse KL compares the shares of all samples, near or far, with equal shares. In
 * two dimensions a perfect model has 1 − e^(−9/2) ≈ 0.989 of its samples within 3σ.
 *
 * @throws GenError `shape` for samples and centers of different size or none; `non-finite`; `range`.
 * @see VEEGAN (Srivastava et al., 2017) https://arxiv.org/abs/1705.07761
 * @see PacGAN (Lin et al., 2018) https://arxiv.org/abs/1712.04086
 * @example
 * const { value, modes, highQuality } = modeCoverage(points, gridModes(), { deviation: 0.05 })
 */
export function modeCoverage(
  samples: Vectors,
  centers: Vectors,
  { deviation, threshold = 3, minimum = 1 }: ModeCoverageOptions,
): ModeMeasurement {
  const where = 'metrics.modeCoverage'
  assertNumber(where, 'deviation', deviation, { exclusiveMin: 0 })
  assertNumber(where, 'threshold', threshold, { exclusiveMin: 0 })
  assertInteger(where, 'minimum', minimum, { min: 1 })
  const x = readVectors(where, 'samples', samples)
  const modes = readVectors(where, 'centers', centers)
  assertSameSize(where, modes.columns, x.columns, ['centers', 'samples'])
  const counts = new Array<number>(modes.rows).fill(0)
  const near = new Array<number>(modes.rows).fill(0)
  for (let i = 0; i < x.rows; i++) {
    const { index, squared } = nearestRow(x, i, modes)
    counts[index]!++
    if (squared <= (threshold * deviation) ** 2) near[index]!++
  }
  return {
    metric: 'modes',
    value: near.filter((count) => count >= minimum).length,
    modes: modes.rows,
    highQuality: near.reduce((sum, count) => sum + count, 0) / x.rows,
    reverseKl: reverseKl(counts),
    counts,
    samples: { fake: x.rows },
    settings: { deviation, threshold, minimum },
    warnings: sampleWarnings(x.rows, modes.rows),
  }
}

/** Options of {@link labelCoverage}. */
export interface LabelCoverageOptions {
  /** Number of modes: labels go from 0 to modes − 1. */
  modes: number
  /** Samples per mode in the data, for the reverse KL. @default equal shares */
  target?: ArrayLike<number>
  /** A mode is found from so many samples on. @default 1 */
  minimum?: number
}

/**
 * Modes found and reverse KL from a label per sample, as a classifier gives them; see `stackedLabels` for stacked
 * MNIST.
 *
 * @throws GenError `range` for labels outside 0…modes − 1, or found where the target has none; `shape` for no labels.
 * @see PacGAN (Lin et al., 2018) https://arxiv.org/abs/1712.04086
 * @example
 * const { value, reverseKl } = labelCoverage(labels, { modes: 1000 })
 */
export function labelCoverage(
  labels: ArrayLike<number>,
  { modes, target, minimum = 1 }: LabelCoverageOptions,
): ModeMeasurement {
  const where = 'metrics.labelCoverage'
  assertInteger(where, 'modes', modes, { min: 1 })
  assertInteger(where, 'minimum', minimum, { min: 1 })
  if (labels.length === 0)
    throw refusal('shape', where, { expected: 'at least 1 label', got: '0', remedy: 'pass more samples' })
  if (target) assertTarget(where, target, modes)
  const counts = new Array<number>(modes).fill(0)
  for (let i = 0; i < labels.length; i++) {
    assertInteger(where, `label ${i}`, labels[i]!, { min: 0, max: modes - 1 })
    counts[labels[i]!]!++
  }
  return {
    metric: 'modes',
    value: counts.filter((count) => count >= minimum).length,
    modes,
    highQuality: 1,
    reverseKl: reverseKl(counts, target),
    counts,
    samples: { fake: labels.length },
    settings: { minimum, target: target ? 'given' : 'uniform' },
    warnings: sampleWarnings(labels.length, modes),
  }
}

function assertTarget(where: string, target: ArrayLike<number>, modes: number): void {
  const shares = Array.from(target)
  if (shares.length === modes && shares.every((share) => Number.isFinite(share) && share > 0)) return
  throw refusal('range', where, {
    expected: `target of ${modes} numbers above 0`,
    got: `${shares.length} with a least of ${Math.min(...shares)}`,
    remedy: 'give every mode a share',
    details: { modes, got: shares.length },
  })
}

function nearestRow(x: Matrix, row: number, centers: Matrix): { index: number; squared: number } {
  let best = { index: 0, squared: Number.POSITIVE_INFINITY }
  for (let index = 0; index < centers.rows; index++) {
    let squared = 0
    for (let j = 0; j < x.columns; j++) {
      squared += (x.data[row * x.columns + j]! - centers.data[index * x.columns + j]!) ** 2
    }
    if (squared < best.squared) best = { index, squared }
  }
  if (best.squared === Number.POSITIVE_INFINITY) {
    const remedy = 'drop that sample'
    throw refusal('non-finite', 'metrics.modeCoverage', {
      expected: `a finite distance of row ${row}`,
      got: 'Infinity',
      remedy,
    })
  }
  return best
}

function reverseKl(counts: readonly number[], target: ArrayLike<number> = counts.map(() => 1)): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const whole = Array.from(target).reduce((sum, share) => sum + share, 0)
  return counts.reduce((sum, count, i) => {
    const q = count / total
    return q > 0 ? sum + q * Math.log((q * whole) / target[i]!) : sum
  }, 0)
}

function sampleWarnings(samples: number, modes: number): string[] {
  if (samples >= 10 * modes) return []
  return [`${samples} samples for ${modes} modes: chance alone leaves modes out; use ten times the modes`]
}
