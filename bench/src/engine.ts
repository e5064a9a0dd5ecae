/** What runs rows. @module */
import type { Row } from './row.ts'

/** One run whose outputs are read. */
export interface Checked {
  /** A sample of each output. */
  readonly sample: number[][]
  readonly milliseconds: number
}

/** A row that is prepared on an engine. */
export interface Session {
  check(): Promise<Checked>
  /** Milliseconds of each of `count` runs. */
  time(count: number): Promise<number[]>
  close(): Promise<void>
}

/** Something that computes. */
export interface Engine {
  readonly name: string
  /** Cores it uses. */
  readonly threads: number
  /** Why it cannot be had, or undefined. */
  available(): Promise<string | undefined>
  /** Why it does not run a row, or undefined; `seconds` is a guess of one run on tfjs-cpu. */
  declines(row: Row, secondsOnCpu: number): string | undefined
  open(row: Row): Promise<Session>
  close(): Promise<void>
}
