/** How far something is that takes long: one line on a terminal, a line every few seconds elsewhere. @module */
import { performance } from 'node:perf_hooks'

/** Tells how far something is. */
export interface Counter {
  /** So many are done. */
  update(done: number): void
  /** No more is to come. */
  stop(): void
}

/** Where and how often lines are written. */
export interface CounterOptions {
  /** @default whether the output is a terminal */
  terminal?: boolean
  /** Between two lines where it is none. @default 5 */
  everySeconds?: number
  /** Before the first line: what is done soon needs no words. @default 1 */
  quietSeconds?: number
  write?: (text: string) => void
  /** Milliseconds. */
  now?: () => number
}

/** Seconds as `m:ss`. */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** Counts to `total`; the time left is what the rest takes at the pace so far. */
export function counter(
  what: string,
  total: number,
  {
    terminal = process.stdout.isTTY === true,
    everySeconds = terminal ? 0.2 : 5,
    quietSeconds = 1,
    write = (text) => process.stdout.write(text),
    now = () => performance.now(),
  }: CounterOptions = {},
): Counter {
  const started = now()
  let [last, drawn] = [started + 1000 * (quietSeconds - everySeconds), false]
  return {
    update(done) {
      const time = now()
      if (time - last < 1000 * everySeconds || (done === total && !drawn)) return
      ;[last, drawn] = [time, true]
      const left = done > 0 ? `${minutes(((time - started) / 1000 / done) * (total - done))} left` : 'started'
      const line = `${what}  ${done}/${total}  ${left}`
      write(terminal ? `\r\x1b[K${line}` : `${line}\n`)
    },
    stop() {
      if (terminal && drawn) write('\r\x1b[K')
    },
  }
}
