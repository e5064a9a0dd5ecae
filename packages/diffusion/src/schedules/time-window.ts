/** The part of its time that a schedule uses, where its formula goes from no noise to no signal. @module */
import { assertNumber } from '@gen/backend'

/** Options of schedules that would begin without noise and end without signal. */
export interface TimeWindow {
  /** The formula's time that is put at t = 0: at its 0 there would be no noise at all. @default 0.001 */
  start?: number
  /** The formula's time that is put at t = 1: at its 1 there would be no signal at all. @default 0.999 */
  end?: number
}

/** Refuses a window that is none. */
export function assertWindow(where: string, start: number, end: number): void {
  assertNumber(where, 'start', start, { exclusiveMin: 0, exclusiveMax: 1 })
  assertNumber(where, 'end', end, { exclusiveMin: start, max: 1 })
}

/** What to do where a window is too wide. */
export const windowRemedies: { readonly clean: string; readonly noise: string } = {
  clean: 'raise start to 0.001',
  noise: 'lower end to 0.999',
}
