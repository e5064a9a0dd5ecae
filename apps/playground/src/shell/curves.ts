/** The losses of a run, step by step. @module */

/** Losses by name; step s stands at s − 1. */
export interface Curves {
  /** Adds rows of a step's number and its losses. */
  add(names: readonly string[], rows: Float64Array): void
  /** Forgets what comes after a step. */
  cut(step: number): void
  clear(): void
  /** The last step that is known. */
  length(): number
  /** All that it knows, for another to begin with. */
  values(): ReadonlyMap<string, readonly number[]>
  /** About `count` means over equal stretches of steps up to `to`: steps, and for each name its values; null where there are none. */
  thinned(names: readonly string[], to: number, count: number): (number | null)[][]
}

/** Curves of a run that has not begun, or a copy of those of one that has. */
export function curves(of?: Curves): Curves {
  const values = new Map([...(of?.values() ?? [])].map(([name, list]) => [name, [...list]]))
  let last = of?.length() ?? 0
  return {
    add(names, rows) {
      const width = 1 + names.length
      for (let at = 0; at + width <= rows.length; at += width) {
        const step = rows[at]!
        last = Math.max(last, step)
        for (const [i, name] of names.entries()) {
          const list = values.get(name) ?? []
          values.set(name, list)
          list[step - 1] = rows[at + 1 + i]!
        }
      }
    },
    cut(step) {
      last = Math.min(last, step)
      for (const list of values.values()) list.length = Math.min(list.length, step)
    },
    clear() {
      last = 0
      values.clear()
    },
    length: () => last,
    values: () => values,
    thinned(names, to, count) {
      const stretch = Math.max(1, Math.ceil(to / count))
      const places = Array.from({ length: Math.ceil(to / stretch) }, (_, i) => i * stretch)
      return [
        places.map((from) => from + stretch / 2),
        ...names.map((name) => places.map((from) => meanOf(values.get(name) ?? [], from, from + stretch))),
      ]
    },
  }
}

function meanOf(list: readonly (number | undefined)[], from: number, to: number): number | null {
  let [sum, count] = [0, 0]
  for (let i = from; i < to; i++) {
    const value = list[i]
    if (value === undefined || Number.isNaN(value)) continue
    sum += value
    count++
  }
  return count > 0 ? sum / count : null
}
