/** Measures a row on all engines: checks first, then rounds in which they take turns. @module */
import { setTimeout as pause } from 'node:timers/promises'
import { relativeDifference, tolerance } from './compare.ts'
import type { Engine, Session } from './engine.ts'
import { peer } from './engines/all.ts'
import type { Cost } from './flops.ts'
import type { Row } from './row.ts'

/** What an engine did on a row. */
export interface Measurement {
  readonly engine: string
  readonly threads: number
  /** Median of all timed runs, in milliseconds. */
  readonly median?: number
  readonly milliseconds?: readonly number[]
  /** From the reference engine; see `relativeDifference`. */
  readonly difference?: number
  /** Why it was not timed. */
  readonly leftOut?: string
  /** What went wrong: an error, or numbers that differ. */
  readonly failure?: string
}

/** Options of {@link measure}. */
export interface MeasureOptions {
  rounds: number
  /** Milliseconds each engine may take in a round, on top of one run. */
  budget: number
  /** Also runs what takes minutes. */
  slow: boolean
}

interface Candidate {
  readonly engine: Engine
  session?: Session
  sample: number[][]
  /** Of its last run before the rounds. */
  milliseconds: number
  readonly times: number[]
  difference?: number
  leftOut?: string
  failure?: string
}

/** Slower than this, an engine runs once to be checked and once to be timed. */
const slowMilliseconds = 5000
/** OpenMP's threads spin for a while after their work; the next engine waits for that. */
const settleMilliseconds = 250

/** One measurement per engine, in their order. */
export async function measure(
  row: Row,
  engines: readonly Engine[],
  { secondsOnCpu }: Cost,
  { rounds, budget, slow }: MeasureOptions,
): Promise<Measurement[]> {
  const candidates = engines.map((engine): Candidate => ({ engine, sample: [], milliseconds: 0, times: [] }))
  for (const candidate of candidates) {
    const leftOut = candidate.engine.declines(row, slow ? 0 : secondsOnCpu)
    if (leftOut === undefined) await attempt(candidate, () => warmUp(candidate, row))
    else candidate.leftOut = leftOut
  }
  compare(candidates)
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) await attempt(candidate, () => takeTurn(candidate, round, budget))
  }
  for (const { session } of candidates) await session?.close()
  return candidates.map(measurementOf)
}

async function warmUp(candidate: Candidate, row: Row): Promise<void> {
  candidate.session = await candidate.engine.open(row)
  for (let i = 0; i < row.warmUps; i++) {
    const { sample, milliseconds } = await candidate.session.check()
    candidate.sample.push(...sample)
    candidate.milliseconds = milliseconds
    if (milliseconds > slowMilliseconds) break
  }
}

/** The reference is PyTorch where there is one, or else any engine but ours. */
function compare(candidates: readonly Candidate[]): void {
  const ran = candidates.filter(({ sample }) => sample.length > 0)
  const others = ran.filter(({ engine }) => !engine.name.startsWith('simd'))
  const reference = ran.find(({ engine }) => engine.name === peer) ?? others[0] ?? ran[0]
  for (const candidate of ran) {
    const difference = relativeDifference(candidate.sample, reference!.sample)
    candidate.difference = difference
    if (difference > tolerance) {
      candidate.failure = `differs from ${reference!.engine.name} by ${difference.toExponential(1)}`
    }
  }
}

async function takeTurn(candidate: Candidate, round: number, budget: number): Promise<void> {
  const { session, milliseconds, failure } = candidate
  if (session === undefined || failure !== undefined) return
  const isSlow = milliseconds > slowMilliseconds
  if (isSlow && round > 0) return
  const count = isSlow ? 1 : Math.min(20, 1 + Math.floor(budget / milliseconds))
  await pause(settleMilliseconds)
  // Threads that went to sleep and cold caches are not what is compared.
  if (!isSlow) await session.time(1)
  candidate.times.push(...(await session.time(count)))
}

async function attempt(candidate: Candidate, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    candidate.failure = (error instanceof Error ? error.message : String(error)).split('\n')[0]!
  }
}

function measurementOf({ engine, times, difference, leftOut, failure }: Candidate): Measurement {
  return {
    engine: engine.name,
    threads: engine.threads,
    ...(times.length > 0 && { median: medianOf(times), milliseconds: times.map((time) => Number(time.toFixed(3))) }),
    ...(difference !== undefined && { difference }),
    ...(leftOut !== undefined && { leftOut }),
    ...(failure !== undefined && { failure }),
  }
}

/** The middle of some numbers. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
