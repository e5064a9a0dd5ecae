/** Which feature may depend on which: adjacency matrices of autoregressive layers. @module */
import { assertInteger, refusal } from '@gen/backend'

/** A matrix of zeros and ones; row i says on which columns i depends. */
export type Adjacency = readonly (readonly number[])[]

/** Ranks of the features; feature i depends on those of lower rank. */
export type FeatureOrder = 'ascending' | 'descending' | readonly number[]

/** The ranks as a list, 0…d−1 in some order. */
export function featureRanks(where: string, order: FeatureOrder, features: number): number[] {
  if (order === 'ascending') return Array.from({ length: features }, (_, i) => i)
  if (order === 'descending') return Array.from({ length: features }, (_, i) => features - 1 - i)
  const sorted = [...order].sort((a, b) => a - b)
  if (sorted.length === features && sorted.every((rank, i) => rank === i)) return [...order]
  const got = `[${order.join(', ')}]`
  throw refusal('value', where, { expected: `order to hold each rank 0…${features - 1} once`, got })
}

/**
 * Feature i depends on j where rank i > rank j. With fewer `passes` than features, ranks are grouped, and only the order
 * of the groups counts: two passes make a coupling.
 */
export function rankAdjacency(where: string, ranks: readonly number[], passes: number): number[][] {
  assertInteger(where, 'passes', passes, { min: 1, max: ranks.length })
  const group = Math.ceil(ranks.length / passes)
  const groups = ranks.map((rank) => Math.floor(rank / group))
  return groups.map((own) => groups.map((other) => Number(own > other)))
}

/** Checks a matrix that a caller gave: d × d of zeros and ones, the diagonal ignored. */
export function checkedAdjacency(where: string, adjacency: Adjacency, features: number): number[][] {
  const fits = adjacency.length === features && adjacency.every((row) => row.length === features)
  if (!fits) {
    const got = `${adjacency.length} × ${adjacency[0]?.length ?? 0}`
    throw refusal('shape', where, { expected: `adjacency ${features} × ${features}`, got })
  }
  return adjacency.map((row, i) => row.map((value, j) => Number(value !== 0 && i !== j)))
}

/**
 * How many features each depends on in a row, at most: inversion finds those of depth i in pass i, counted from 0.
 *
 * @throws GenError `value` where features depend on each other in a circle.
 */
export function dependencyDepths(where: string, adjacency: Adjacency): number[] {
  const depths = adjacency.map(() => 0)
  let open = new Set(adjacency.keys())
  while (open.size > 0) {
    const waiting = new Set([...open].filter((i) => adjacency[i]!.some((value, j) => value !== 0 && open.has(j))))
    if (waiting.size === open.size) {
      const circle = [...open].join(', ')
      throw refusal('value', where, { expected: 'an adjacency without circles', got: `one among features ${circle}` })
    }
    open = waiting
    for (const i of open) depths[i]!++
  }
  return depths
}
