/** A run that is counted, not trained: every step follows from its number. @module */
import { fold, key } from '@gen/backend'
import { edited, type Run, settingsAt } from '../run/run.ts'
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
    async back(to) {
      step = to
    },
    async edit(set) {
      run = edited(run, step, set)
    },
    pictures: async (wish) => tally.pictures(now(), wish, step),
    bits: async () => bitsOf(await tally.numbers(now(), step)),
    dispose: async () => tally.dispose(),
  }
}

/** 16 hexadecimal digits, by folding every number's bits into a key. */
function bitsOf(numbers: Float32Array): string {
  let k = key(0)
  for (const word of new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length)) k = fold(k, word)
  return [k.hi, k.lo].map((half) => half.toString(16).padStart(8, '0')).join('')
}
