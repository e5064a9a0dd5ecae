/** A run that is counted, not trained: every step follows from its number. @module */
import { edited, type Run, settingsAt } from '../run/run.ts'
import { bitsOf } from './bits.ts'
import type { Tally } from './lesson.ts'
import type { Timeline } from './step-by-step.ts'

/** Begins a run over a tally. */
export function counted(run: Run, tally: Tally): Timeline {
  let step = 0
  const now = () => settingsAt(run, step)
  return {
    get step() {
      return step
    },
    get run() {
      return run
    },
    async advance() {
      const settings = now()
      step++
      return tally.losses(settings, step)
    },
    async toward(to) {
      step = Math.min(step, to)
    },
    async edit(set) {
      run = edited(run, step, set)
    },
    pictures: async (wish) => tally.pictures(now(), wish, step),
    bits: async () => bitsOf(await tally.numbers(now(), step)),
    async pack() {
      throw new Error('this page has no model to save')
    },
    dispose: async () => tally.dispose(),
  }
}
