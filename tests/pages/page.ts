/** Trains in a worker and meanwhile counts how often the page gets its turn. */
import type { Trained } from './train.ts'

/** What the test reads of the page. */
export interface PageReport extends Trained {
  readonly isolated: boolean
  /** Turns that the page had while the worker trained. */
  readonly turns: number
}

let turns = 0

const worker = new Worker(new URL('./train.ts', import.meta.url), { type: 'module' })
const report = new Promise<PageReport>((resolve, reject) => {
  let clock: ReturnType<typeof setInterval> | undefined
  worker.onerror = ({ message }) => reject(new Error(message))
  worker.onmessage = ({ data }: MessageEvent<'started' | Trained>) => {
    if (data === 'started') {
      clock = setInterval(() => turns++, 5)
    } else {
      clearInterval(clock)
      resolve({ ...data, isolated: crossOriginIsolated, turns })
    }
  }
})
Object.assign(globalThis, { report })
