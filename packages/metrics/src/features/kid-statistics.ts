/** What KID's kernel knows of a set of feature vectors, mergeable across shards. @module */
import { refusal } from '@gen/backend'
import { type FeatureDescription, sharedFeatures } from './feature-description.ts'
import type { FeatureMatrix, Vectors } from './feature-matrix.ts'
import { assertSameSize, readVectors } from './read-vectors.ts'

/** Sums over a set of feature vectors, in float64, from which {@link kid} follows. */
export interface KidStatistics {
  readonly count: number
  /** Numbers in a feature vector. */
  readonly size: number
  /** `Σᵢ uᵢ ⊗ uᵢ ⊗ uᵢ` of `u = (x/√size, 1)`, its entries a ≤ b ≤ c in order: `(size + 1)(size + 2)(size + 3)/6` numbers. */
  readonly cubes: Float64Array
  /** `Σᵢ k(xᵢ, xᵢ)`. */
  readonly own: number
  readonly features?: FeatureDescription
}

/** Gathers {@link KidStatistics} batch by batch. */
export interface KidAccumulator {
  /** Takes in more samples. */
  add(x: Vectors): void
  /** Takes in what another accumulator (another shard, another machine) gathered. */
  merge(other: KidStatistics): void
  /** The statistics of all samples so far. Throws a GenError `shape` when there are none. */
  statistics(): KidStatistics
}

const where = 'metrics.kidStatistics'

/** Features at most: 2.9 million numbers, 23 MB, and as many multiplications a sample. */
const largestSize = 256

/**
 * Makes an accumulator of what KID's kernel `k(x, y) = (x·y/size + 1)³` knows of a set. With `u = (x/√size, 1)` it is
 * `(u·v)³ = ⟨u ⊗ u ⊗ u, v ⊗ v ⊗ v⟩`, so that all sums of the kernel over pairs are products of two sums over samples. These merge
 * exactly, up to float64 rounding, in any order; `kid` of two of them is the unbiased MMD² of all samples, what the mean over
 * subsets is an estimate of.
 *
 * @throws GenError `shape` for batches of another feature size, `range` for more than 256 features, `non-finite` for NaN; `value`
 * when a merged shard has other features. A batch that throws is not taken in.
 * @see Demystifying MMD GANs (Bińkowski et al., 2018) https://arxiv.org/abs/1801.01401
 * @example
 * const ofReal = kidStatistics()
 * ofReal.add(realFeatures)
 * const ofFake = kidStatistics()
 * ofFake.add(fakeFeatures)
 * const { value } = kid(ofReal.statistics(), ofFake.statistics())
 */
export function kidStatistics(): KidAccumulator {
  let total: KidStatistics | undefined
  const take = (more: KidStatistics) => {
    total = total ? sumOf(total, more) : { ...more, cubes: more.cubes.slice() }
  }
  return {
    add: (x) => take(statisticsOf(readVectors(where, 'x', x))),
    merge: take,
    statistics: () => {
      if (total) return { ...total, cubes: total.cubes.slice() }
      throw refusal('shape', where, { expected: 'at least 1 sample', got: '0', remedy: 'call add or merge first' })
    },
  }
}

/** `Σᵢⱼ k(xᵢ, yⱼ)` over all pairs of two sets. */
export function kernelSum(x: KidStatistics, y: KidStatistics): number {
  let sum = 0
  let at = 0
  for (let a = 0; a <= x.size; a++) {
    for (let b = a; b <= x.size; b++) {
      for (let c = b; c <= x.size; c++, at++) sum += orders(a, b, c) * x.cubes[at]! * y.cubes[at]!
    }
  }
  return sum
}

/** In how many orders three indices stand in the whole tensor. */
function orders(a: number, b: number, c: number): number {
  if (a === b) return b === c ? 1 : 3
  return b === c ? 3 : 6
}

function sumOf(a: KidStatistics, b: KidStatistics): KidStatistics {
  assertSameSize(where, a.size, b.size, ['earlier batches', 'this one'])
  const described = ({ size, features }: KidStatistics) => ({ columns: size, ...(features && { features }) })
  const features = sharedFeatures(where, described(a), described(b))
  const isDescribed = a.features || b.features
  return {
    count: a.count + b.count,
    size: a.size,
    cubes: a.cubes.map((value, i) => value + b.cubes[i]!),
    own: a.own + b.own,
    ...(isDescribed && { features }),
  }
}

function statisticsOf({ rows, columns: size, data, features }: FeatureMatrix): KidStatistics {
  if (size > largestSize) {
    const remedy = 'keep the features, and give them to kid'
    throw refusal('range', where, { expected: `at most ${largestSize} features`, got: size, remedy })
  }
  const cubes = new Float64Array(((size + 1) * (size + 2) * (size + 3)) / 6)
  const u = new Float64Array(size + 1).fill(1)
  let own = 0
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < size; j++) u[j] = data[row * size + j]! / Math.sqrt(size)
    addCube(cubes, u)
    own += u.reduce((sum, value) => sum + value * value, 0) ** 3
  }
  return { count: rows, size, cubes, own, ...(features && { features }) }
}

function addCube(cubes: Float64Array, u: Float64Array): void {
  let at = 0
  for (let a = 0; a < u.length; a++) {
    for (let b = a; b < u.length; b++) {
      const product = u[a]! * u[b]!
      for (let c = b; c < u.length; c++, at++) cubes[at]! += product * u[c]!
    }
  }
}
