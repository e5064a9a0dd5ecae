/** Curves of measurements against time, as cells of a report. @module */
import type { Row } from '../experiment.ts'
import type { Weights } from './train-timed.ts'

/** `minutes: value` of every measurement with such weights. */
export function curveCell(curve: unknown, weights: Weights, field: string): string {
  const marks = (curve as Row[]).filter((mark) => mark.weights === weights)
  return marks.map((mark) => `${(mark.minutes as number).toFixed(0)} min ${shorten(mark[field] as number)}`).join(', ')
}

function shorten(value: number): string {
  return String(Number(value.toPrecision(3)))
}
