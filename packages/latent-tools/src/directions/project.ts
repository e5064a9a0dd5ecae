/** Conditional editing: a direction without what it shares with others. @module */
import { refusal } from '@gen/backend'
import { dotProduct } from '@gen/linear-algebra'
import { assertDirection, assertList } from '../arguments.ts'
import type { Direction } from './attribute-direction.ts'

/** A direction that leaves some attributes alone. */
export interface ProjectedDirection extends Direction {
  /** Cosine of the original direction with each condition: what was entangled. */
  readonly cosines: readonly number[]
  /** Length of what is left of the unit normal before it was made 1 again: 1 nothing changed, near 0 little is left. */
  readonly remaining: number
  /** What the reader of the numbers should know, in words. */
  readonly warnings: readonly string[]
}

const orthogonal = 0.05
const little = 0.2

/**
 * Takes out of a direction what it shares with conditions, so that moving along it changes none of their distances:
 * `n₁ − (n₁ᵀn₂)·n₂` for one condition; for several, what is left of n₁ beside the space that they span. The boundary's
 * offset stays: it only says where 0 is.
 *
 * Warnings say where nothing changes, for the boundaries are orthogonal already, or where little is left.
 *
 * @throws GenError `shape` for directions of different spaces; `value` for a normal of length 0, and when nothing is left: the attribute is one with its
 * conditions.
 * @see Interpreting the latent space of GANs (Shen et al., 2020) https://arxiv.org/abs/1907.10786
 * @example
 * const { normal, offset, warnings } = projectDirection(glasses, [age, smile])
 */
export function projectDirection(direction: Direction, conditions: readonly Direction[]): ProjectedDirection {
  const where = 'latentTools.projectDirection'
  assertDirection(where, 'direction', direction)
  assertList(where, 'conditions', conditions)
  for (const condition of conditions) assertDirection(where, 'a condition', condition)
  const size = direction.normal.length
  for (const { normal } of conditions) {
    if (normal.length === size) continue
    throw refusal('shape', where, {
      expected: `conditions of ${size} dimensions, as the direction`,
      got: normal.length,
    })
  }
  const basis = orthonormal(conditions.map(({ normal }) => normal))
  const whole = Math.sqrt(dotProduct(direction.normal, direction.normal))
  const unit = direction.normal.map((value) => value / whole)
  const left = beside(unit, basis)
  const length = Math.sqrt(dotProduct(left, left))
  const cosines = conditions.map(({ normal }) => dotProduct(unit, normal) / Math.sqrt(dotProduct(normal, normal)))
  if (!(length > 1e-6)) {
    throw refusal('value', where, {
      expected: 'a direction that is not made of its conditions',
      got: 'one with nothing left',
      remedy: 'drop a condition',
      details: { cosines, remaining: length },
    })
  }
  return {
    normal: left.map((value) => value / length),
    offset: direction.offset / whole,
    cosines,
    remaining: length,
    warnings: warningsOf(cosines, length),
  }
}

function warningsOf(cosines: readonly number[], remaining: number): string[] {
  const warnings: string[] = []
  if (cosines.length > 0 && cosines.every((cosine) => Math.abs(cosine) < orthogonal)) {
    const largest = Math.max(...cosines.map(Math.abs)).toFixed(3)
    warnings.push(
      `the boundaries are orthogonal already (cosines up to ${largest}): projection changes nothing; what changes together is entangled in the model or the data, not in the directions`,
    )
  }
  if (remaining < little) {
    warnings.push(
      `only ${(100 * remaining).toFixed(1)} % of the direction is left: the attribute is nearly made of its conditions`,
    )
  }
  return warnings
}

/** Gram–Schmidt, twice for rounding; vectors that the ones before span are dropped. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = []
  for (const vector of vectors) {
    const before = Math.sqrt(dotProduct(vector, vector))
    const left = beside(vector, basis)
    const length = Math.sqrt(dotProduct(left, left))
    if (length > 1e-10 * before) basis.push(left.map((value) => value / length))
  }
  return basis
}

function beside(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const left = Float64Array.from(vector)
  for (let pass = 0; pass < 2; pass++) {
    for (const other of basis) {
      const along = dotProduct(left, other)
      for (let k = 0; k < left.length; k++) left[k]! -= along * other[k]!
    }
  }
  return left
}
