/** Losses since the last picture, and how fast they come. @module */
import type { StepEvent } from '@gen/train'

/** Steps over which the rate is taken. */
const window = 60

/** Collects losses step by step. */
export interface History {
  add(step: number, losses: StepEvent['losses']): void
  /** What came since the last call: names, and rows of a step's number and its losses. */
  take(): { names: readonly string[]; rows: Float64Array<ArrayBuffer> }
  /** Forgets steps that were taken back. */
  cut(step: number): void
  /** Steps per second lately, 0 after one. */
  rate(): number
}

/** A history that has seen nothing. */
export function history(): History {
  let names: string[] = []
  let rows: { step: number; losses: Record<string, number> }[] = []
  let times: number[] = []
  return {
    add(step, losses) {
      const flat: Record<string, number> = {}
      for (const [player, values] of Object.entries(losses)) {
        for (const [name, value] of Object.entries(values)) flat[`${player}/${name}`] = value
      }
      names = [...new Set([...names, ...Object.keys(flat)])]
      rows.push({ step, losses: flat })
      times.push(performance.now())
      if (times.length > window) times = times.slice(-window)
    },
    take() {
      const table = new Float64Array(rows.length * (1 + names.length))
      for (const [i, { step, losses }] of rows.entries()) {
        table.set([step, ...names.map((name) => losses[name] ?? Number.NaN)], i * (1 + names.length))
      }
      rows = []
      return { names, rows: table }
    },
    cut(step) {
      rows = rows.filter((row) => row.step <= step)
      times = []
    },
    rate: () => (times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1)! - times[0]!)),
  }
}
