/** The run that was given up for the one at hand: its curves, its last picture, and the way back to it. @module */
import { type Signal, signal } from '@preact/signals'
import type { Run } from '../run/run.ts'
import { type Curves, curves } from './curves.ts'
import type { Former, Gauge } from './page.ts'

/** What the last picture of a run is made from. */
export interface Moment {
  readonly run: Run
  readonly at: number
  readonly gauges: readonly Gauge[]
}

/** Watches a run for being given up. */
export interface Branches {
  readonly former: Signal<Former | undefined>
  /** Notes the end of the run that is about to be left, by going back or beginning again. */
  leave(moment: Moment): void
  /** The run has become another: what was noted is the former. */
  part(next: Run, past: Curves): void
}

/** Steps below which a run is not worth the looking back. */
const fewest = 10
/** Pixels of a kept picture's longer side. */
const side = 680

/** Branches of a run that has none yet. */
export function branches(stage: () => Element | null): Branches {
  const former = signal<Former | undefined>(undefined)
  let end: (Moment & { picture: HTMLCanvasElement }) | undefined
  return {
    former,
    leave(moment) {
      // Left from a step before its end, it has been noted already.
      if (moment.at < fewest || (end && end.run === moment.run && end.at >= moment.at)) return
      const place = stage()
      if (place) end = { ...moment, picture: copyOf(place) }
    },
    part(next, past) {
      if (end && !passes(next, end)) former.value = { ...end, curves: curves(past) }
      end = undefined
    },
  }
}

/** Whether another run comes through the same weights at a step. */
function passes(other: Run, { run, at }: Moment): boolean {
  const names = Object.keys(run.settings)
  if (run.seed !== other.seed || names.some((name) => run.settings[name] !== other.settings[name])) return false
  const before = ({ tape }: Run) => JSON.stringify(tape.filter(({ step }) => step < at))
  return before(run) === before(other)
}

/** All canvases of a place, in one. */
function copyOf(place: Element): HTMLCanvasElement {
  const frame = place.getBoundingClientRect()
  const scale = Math.min(1, side / Math.max(frame.width, frame.height, 1)) * Math.min(2, devicePixelRatio || 1)
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)]
  const context = canvas.getContext('2d')!
  for (const node of place.querySelectorAll('canvas')) {
    const { left, top, width, height } = node.getBoundingClientRect()
    if (width * height === 0) continue
    context.drawImage(node, (left - frame.left) * scale, (top - frame.top) * scale, width * scale, height * scale)
  }
  return canvas
}
