/** Which unit of a masked network reads which of the layer before. @module */
import type { Adjacency } from '../bijectors/adjacency.ts'

/**
 * The masks of the layers, each outputs × inputs.
 *
 * Every hidden unit is given one of the distinct dependency sets of the outputs, in turn; a unit reads those whose sets
 * are subsets of its own. A layer with fewer units than sets takes some of them, evenly, the largest among them.
 */
export function layerMasks(adjacency: Adjacency, hidden: readonly number[]): number[][][] {
  const sets = dependencySets(adjacency)
  const keys = sets.map((set) => set.join(''))
  const ofOutput = adjacency.map((row) => keys.indexOf(row.join('')))
  const contains = sets.map((own) => sets.map((other) => Number(other.every((value, i) => value <= own[i]!))))
  const masks: number[][][] = []
  let readable = sets.map((set) => [...set])
  for (const size of hidden) {
    const reachable = [...sets.keys()].filter((i) => readable[i]!.includes(1))
    const usable = reachable.length > 0 ? reachable : [...sets.keys()]
    const ofUnit = Array.from({ length: size }, (_, i) => usable[placeOf(i, size, usable.length)]!)
    masks.push(ofUnit.map((set) => readable[set]!))
    readable = contains.map((row) => ofUnit.map((set) => row[set]!))
  }
  return [...masks, ofOutput.map((set) => readable[set]!)]
}

/**
 * Whether some hidden layer has too few units to hold every dependency set: what passes through it may not reach every
 * output that it should.
 */
export function isNarrow(adjacency: Adjacency, hidden: readonly number[]): boolean {
  const needed = dependencySets(adjacency).filter((set) => set.includes(1)).length
  return hidden.some((size) => size < needed)
}

/** The distinct rows, smaller sets before those that contain them. */
function dependencySets(adjacency: Adjacency): (readonly number[])[] {
  const byName = new Map(adjacency.map((row) => [row.join(''), row]))
  return [...byName.keys()].sort().map((name) => byName.get(name)!)
}

function placeOf(unit: number, units: number, sets: number): number {
  return units < sets ? Math.floor(((unit + 1) * sets) / units) - 1 : unit % sets
}
