/** Exact discrete optimal transport. @module */
import { refusal } from '@gen/backend'

import { largestOf, type Matrix } from '@gen/linear-algebra'
import { readVectors } from '../features/read-vectors.ts'
import { augment, type Flow, flowOf } from './shortest-path.ts'

/** How much mass goes from one point to another. */
export interface Shipment {
  readonly from: number
  readonly to: number
  readonly mass: number
}

/** Result of {@link transport}. */
export interface TransportPlan {
  /** Total cost: mass times cost, summed. */
  readonly cost: number
  /** The shipments with mass above 0, by `from`, then `to`. */
  readonly shipments: readonly Shipment[]
}

/** Options of {@link transport}. */
export interface TransportOptions {
  /** Mass at each row; scaled to sum to 1. @default equal */
  from?: ArrayLike<number>
  /** Mass at each column; scaled to sum to 1. @default equal */
  to?: ArrayLike<number>
}

/**
 * Largest number of points on a side. There an assignment takes up to half a minute, unequal counts up to some minutes,
 * and time grows with the cube.
 */
export const transportLimit = 2000

/** Sums of costs along a path must stay within float64. */
const largestCost = 1e300

/**
 * Solves the transport problem exactly: the cheapest way to carry the masses at the rows to the columns.
 *
 * Shortest augmenting paths with node potentials: Jonker and Volgenant's assignment algorithm, carried over to masses.
 * For equal masses on both sides it *is* an assignment, in O(n³); unequal counts with equal masses run in whole
 * numbers.
 *
 * @param cost - `[rows, columns]`, any finite numbers.
 * @throws GenError `range` above {@link transportLimit} points a side, for costs above 1e300 or negative masses; `shape`, `non-finite`.
 * @see A shortest augmenting path algorithm for dense and sparse linear assignment problems (Jonker & Volgenant, 1987)
 * https://doi.org/10.1007/BF02278710
 * @example
 * const { cost, shipments } = transport(matrix([[1, 9], [9, 2]])) // cost 1.5
 */
export function transport(cost: Matrix, { from, to }: TransportOptions = {}): TransportPlan {
  const where = 'metrics.transport'
  const costs = readVectors(where, 'cost', cost)
  assertTransportable(where, costs.rows, costs.columns)
  const largest = largestOf(costs)
  if (largest > largestCost) {
    const remedy = 'scale them down'
    throw refusal('range', where, { expected: `costs of at most ${largestCost}`, got: largest, remedy })
  }
  const uniform = !from && !to
  const supply = uniform ? new Float64Array(costs.rows).fill(costs.columns) : masses(where, 'from', from, costs.rows)
  const demand = uniform ? new Float64Array(costs.columns).fill(costs.rows) : masses(where, 'to', to, costs.columns)
  const whole = uniform ? costs.rows * costs.columns : 1
  const flow = flowOf(costs, supply, demand)
  for (let row = 0; row < costs.rows; row++) {
    while (flow.supply[row]! > 0 && augment(flow, row));
  }
  return plan(flow, whole)
}

/** Throws a GenError `range` when a problem is too large to be solved exactly. */
export function assertTransportable(where: string, rows: number, columns: number): void {
  if (rows <= transportLimit && columns <= transportLimit) return
  throw refusal('range', where, {
    expected: `at most ${transportLimit} points a side`,
    got: `${rows} and ${columns}`,
    remedy: 'pass fewer, or use slicedWasserstein',
    details: { limit: transportLimit, rows, columns },
  })
}

function masses(where: string, name: string, given: ArrayLike<number> | undefined, count: number): Float64Array {
  if (!given) return new Float64Array(count).fill(1 / count)
  const values = Float64Array.from(given)
  const sum = values.reduce((total, value) => total + value, 0)
  if (values.length === count && values.every((value) => value >= 0) && sum > 0 && Number.isFinite(sum)) {
    return values.map((value) => value / sum)
  }
  throw refusal('range', where, {
    expected: `${name} as ${count} masses ≥ 0 that are not all 0`,
    got: `${values.length} with a sum of ${sum}`,
    remedy: 'give one per point',
    details: { name, expected: count, got: values.length, sum },
  })
}

function plan({ cost, carried }: Flow, whole: number): TransportPlan {
  const shipments: Shipment[] = []
  let total = 0
  carried.forEach((sources, to) => {
    for (const [from, mass] of sources) {
      shipments.push({ from, to, mass: mass / whole })
      total += mass * cost.data[from * cost.columns + to]!
    }
  })
  shipments.sort((a, b) => a.from - b.from || a.to - b.to)
  return { cost: total / whole, shipments }
}
