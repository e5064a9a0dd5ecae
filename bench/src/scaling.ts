/** What a second thread gains, beside what it can gain on this machine at that time. @module */
import { type SimdBackend, setThreads } from '@gen/backend-simd'
import { add, engine, ones, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { simd } from './engines/tfjs.ts'
import { medianOf } from './measure.ts'
import { writeReport } from './report.ts'
import type { Scaling } from './results.ts'
import type { Row } from './row.ts'

/** Options of {@link printScaling}. */
export interface ScalingOptions {
  rounds: number
  /** Of the results' file; without it none is written. */
  name?: string
}

interface Task {
  readonly work: string
  run(): void
  readonly times: [number[], number[]]
}

/** Rounds of the control in registers: some milliseconds of one thread. */
const unitRounds = 100_000
/** Elements of the other control: two arrays of 64 MiB, beyond every cache. */
const memoryElements = 2 ** 24

/**
 * Runs a row by turns on one thread and on two, each time beside two controls: arithmetic in registers, which shows
 * whether two cores are there, and an addition of arrays that fit no cache, which shows what the memory gives to two.
 */
export async function printScaling(row: Row, { rounds, name }: ScalingOptions): Promise<void> {
  await simd(2).available()
  const [memoryInput, counters] = [ones([memoryElements]), ones([64])]
  const work = row.tfjs()
  const tasks = tasksOf(row, () => work.run(), memoryInput, counters)
  for (let i = 0; i < row.warmUps; i++) for (const { run } of tasks) run()
  for (let round = 0; round < rounds; round++) {
    for (const threads of [1, 2]) {
      await setThreads(threads)
      for (const task of tasks) task.times[threads - 1]!.push(timeOf(task))
    }
  }
  work.dispose()
  memoryInput.dispose()
  counters.dispose()
  const scaling = tasks.map(({ work, times: [oneThread, twoThreads] }): Scaling => ({ work, oneThread, twoThreads }))
  console.log(`${rounds} rounds, one thread and two by turns; ms: median (least)\n${scaling.map(line).join('\n')}`)
  if (name !== undefined) console.log(`wrote ${writeReport(name, { scaling })}`)
}

function tasksOf(row: Row, step: () => Tensor[], memoryInput: Tensor, counters: Tensor): Task[] {
  const backend = engine().backend as SimdBackend
  const task = (work: string, run: () => void): Task => ({
    work,
    run: () => {
      tidy(run)
      backend.finish()
    },
    times: [[], []],
  })
  return [
    task('units', () => backend.run('probeUnits', 32, backend.pointer(counters), unitRounds)),
    task('memory', () => void add(memoryInput, memoryInput)),
    task(row.name, () => void step()),
  ]
}

/** After one run that wakes threads and fills caches. */
function timeOf({ run }: Task): number {
  run()
  const start = performance.now()
  run()
  return performance.now() - start
}

function line({ work, oneThread, twoThreads }: Scaling): string {
  const [one, two] = [medianOf(oneThread), medianOf(twoThreads)]
  const [leastOne, leastTwo] = [Math.min(...oneThread), Math.min(...twoThreads)]
  const times = `${one.toFixed(1)} (${leastOne.toFixed(1)}) → ${two.toFixed(1)} (${leastTwo.toFixed(1)}) ms`
  return `${times.padStart(40)}  ${(one / two).toFixed(2)}× (${(leastOne / leastTwo).toFixed(2)}×)  ${work}`
}
