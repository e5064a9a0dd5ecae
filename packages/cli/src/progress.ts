/** Progress on the terminal: one bar with loss, rate and time left; plain lines where the output is not a terminal. */
import { SingleBar } from 'cli-progress'

/** What the progress shows of one step. */
export interface ProgressStep {
  readonly step: number
  /** Steps there will be, as far as is known; else Infinity. */
  readonly steps: number
  readonly loss: number
  readonly samplesPerSecond: number
  readonly secondsLeft: number
}

export interface Progress {
  update(state: ProgressStep): void
  /** Prints a line without tearing the bar. */
  line(text: string): void
  stop(): void
}

const clock = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

function describe({ loss, samplesPerSecond, secondsLeft }: ProgressStep): string {
  return `loss ${loss.toPrecision(4)}  ${samplesPerSecond.toFixed(0)} samples/s  ${clock(secondsLeft)} left`
}

/** A bar that redraws itself in place. */
function bar(): Progress {
  const view = new SingleBar({
    format: '{bar} {value}/{total}  {text}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    fps: 5,
  })
  view.start(1, 0, { text: '' })
  let step = 0
  return {
    update(state) {
      const known = Number.isFinite(state.steps)
      step = known ? state.step : 0
      if (known) view.setTotal(state.steps)
      view.update(step, { text: describe(state) })
    },
    line(text) {
      process.stdout.write(`\r\x1b[K${text}\n`)
      view.update(step)
    },
    stop: () => view.stop(),
  }
}

/** A line every few seconds, for logs. */
function lines(seconds: number): Progress {
  let last = Number.NEGATIVE_INFINITY
  return {
    update(state) {
      const now = performance.now()
      if (now - last < seconds * 1000 && state.step !== state.steps) return
      last = now
      console.log(`step ${state.step}${Number.isFinite(state.steps) ? `/${state.steps}` : ''}  ${describe(state)}`)
    },
    line: (text) => console.log(text),
    stop: () => {},
  }
}

/** Progress of steps, whose number may change on the way. */
export function progress({
  terminal = process.stdout.isTTY,
  everySeconds = 5,
}: {
  terminal?: boolean
  everySeconds?: number
} = {}): Progress {
  return terminal ? bar() : lines(everySeconds)
}
