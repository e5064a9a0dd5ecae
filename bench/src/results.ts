/** What a benchmark finds. @module */
import type { Measurement } from './measure.ts'
import type { PeakMemory } from './memory.ts'

/** A measured row. */
export interface RowResult {
  readonly id: string
  readonly name: string
  /** Operations of one run's contractions. */
  readonly flops: number
  readonly measurements: readonly Measurement[]
}

/** What a run of the benchmark found. */
export interface Results {
  readonly rows: readonly RowResult[]
  readonly memory?: readonly PeakMemory[]
  /** Engines that could not be had, and why. */
  readonly missing: Readonly<Record<string, string>>
}

/** One kind of work, in milliseconds a round. */
export interface Scaling {
  readonly work: string
  readonly oneThread: readonly number[]
  readonly twoThreads: readonly number[]
}
