/** The inner step of {@link transport}: one shortest augmenting path. @module */
import type { Matrix } from '@gen/linear-algebra'

/** A partial transport, the cheapest for what it carries so far. */
export interface Flow {
  readonly cost: Matrix
  /** Mass that rows have yet to send. */
  readonly supply: Float64Array
  /** Mass that columns have yet to receive. */
  readonly demand: Float64Array
  /** Per column, the mass it receives from each row. */
  readonly carried: readonly Map<number, number>[]
  /** Column prices v: c(i, j) − v(j) is least, over j, where row i's mass flows. */
  readonly prices: Float64Array
  readonly search: Search
}

/** What Dijkstra's algorithm keeps; made once and used for all paths. */
interface Search {
  readonly distance: Float64Array
  /** Row from which a column was reached. */
  readonly reachedFrom: Int32Array
  /** Column through which a row was entered. */
  readonly enteredBy: Int32Array
  /** All columns, those whose distance is final first. */
  readonly order: Int32Array
  readonly seenRow: Uint8Array
}

/** An empty flow, with column prices at the columns' least costs, which makes most first paths one step long. */
export function flowOf(cost: Matrix, supply: Float64Array, demand: Float64Array): Flow {
  const { rows, columns, data } = cost
  const prices = new Float64Array(columns).fill(Number.POSITIVE_INFINITY)
  for (let at = 0; at < data.length; at++) prices[at % columns] = Math.min(prices[at % columns]!, data[at]!)
  const search: Search = {
    distance: new Float64Array(columns),
    reachedFrom: new Int32Array(columns),
    enteredBy: new Int32Array(rows),
    order: Int32Array.from({ length: columns }, (_, j) => j),
    seenRow: new Uint8Array(rows),
  }
  return { cost, supply, demand, carried: Array.from({ length: columns }, () => new Map()), prices, search }
}

/**
 * Sends mass from a row along the cheapest path to a column that still wants some. False when no column does, which
 * happens only when rounding left the supply a hair above the demand.
 */
export function augment(flow: Flow, start: number): boolean {
  const { distance, order } = flow.search
  const settled = findPath(flow, start)
  if (settled < 0) return false
  const end = order[settled]!
  for (let k = 0; k < settled; k++) {
    const column = order[k]!
    flow.prices[column]! += distance[column]! - distance[end]!
  }
  send(flow, start, end)
  return true
}

/**
 * Dijkstra over rows and columns on reduced costs. Returns how many columns were settled before the first one with
 * demand, which stands at that place in `order`; −1 when there is none.
 */
function findPath(flow: Flow, start: number): number {
  const { cost, carried, demand, prices, search } = flow
  const { distance, enteredBy, seenRow } = search
  distance.fill(Number.POSITIVE_INFINITY)
  seenRow.fill(0)
  seenRow[start] = 1
  relax(flow, start, 0, 0)
  for (let settled = 0; settled < cost.columns; settled++) {
    const column = settle(search, demand, settled)
    if (demand[column]! > 0) return settled
    for (const row of carried[column]!.keys()) {
      if (seenRow[row]) continue
      seenRow[row] = 1
      enteredBy[row] = column
      const offset = cost.data[row * cost.columns + column]! - prices[column]! - distance[column]!
      relax({ cost, prices, search }, row, offset, settled + 1)
    }
  }
  return -1
}

/** Offers the paths through a row to the columns that are not settled. */
function relax(
  { cost, prices, search }: Pick<Flow, 'cost' | 'prices' | 'search'>,
  row: number,
  offset: number,
  settled: number,
): void {
  const { distance, order, reachedFrom } = search
  const costs = cost.data
  const start = row * cost.columns
  for (let k = settled; k < order.length; k++) {
    const column = order[k]!
    const candidate = costs[start + column]! - prices[column]! - offset
    if (candidate < distance[column]!) {
      distance[column] = candidate
      reachedFrom[column] = row
    }
  }
}

/** Moves the nearest column to place `settled`; of equally near ones, one with demand, since it ends the search. */
function settle({ distance, order }: Search, demand: Float64Array, settled: number): number {
  let best = settled
  let least = distance[order[settled]!]!
  for (let k = settled + 1; k < order.length; k++) {
    const column = order[k]!
    if (distance[column]! < least || (distance[column]! === least && demand[column]! > 0)) {
      best = k
      least = distance[column]!
    }
  }
  const column = order[best]!
  order[best] = order[settled]!
  order[settled] = column
  return column
}

/** Carries as much as supply, demand and the reversed shipments on the path allow. */
function send({ carried, demand, search, supply }: Flow, start: number, end: number): void {
  const { enteredBy, reachedFrom } = search
  let mass = Math.min(supply[start]!, demand[end]!)
  for (let row = reachedFrom[end]!; row !== start; row = reachedFrom[enteredBy[row]!]!) {
    mass = Math.min(mass, carried[enteredBy[row]!]!.get(row)!)
  }
  supply[start]! -= mass
  demand[end]! -= mass
  for (let column = end; ; ) {
    const row = reachedFrom[column]!
    carried[column]!.set(row, (carried[column]!.get(row) ?? 0) + mass)
    if (row === start) return
    column = enteredBy[row]!
    const left = carried[column]!.get(row)! - mass
    if (left > 0) carried[column]!.set(row, left)
    else carried[column]!.delete(row)
  }
}
