/** The loop of a worker: does what it is told between two steps, trains, and shows what is asked for. @module */
import { GenError } from '@gen/backend'
import { engine } from '@tensorflow/tfjs-core'
import type { Settings } from '../run/fields.ts'
import type { Run } from '../run/run.ts'
import { history } from './history.ts'
import type { Wish } from './lesson.ts'
import type { Frame, News, Pace } from './protocol.ts'
import type { Timeline } from './step-by-step.ts'

/** Milliseconds between two pictures of a training that goes as fast as it can, and between two words on the way. */
const calm = 100
/** Pictures take at most this share of the time; above, their resolution halves. */
const largestShare = 0.3
const smallest = 32

/** A session; what is told comes through `tell`. */
export interface Session {
  play(pace: Pace): Promise<void>
  pause(): Promise<void>
  seek(step: number): Promise<void>
  edit(set: Settings): Promise<Run>
  look(wish: Wish): Promise<void>
  /** The files of the model as it is now, with what it takes to train on. */
  pack(): Promise<Record<string, Uint8Array>>
  credit(): void
  close(): Promise<void>
}

/** Starts the loop over a timeline, paused. */
export function session(line: Timeline, first: Wish, tell: (news: News, transfer?: Transferable[]) => void): Session {
  let wish = first
  let resolution = first.resolution
  let pace: Pace | undefined
  let goal = line.step
  /** Pictures that the page has room for. */
  let credits = 1
  let [shown, shownAt, settled, closed] = [-1, 0, false, false]
  /** The last numbers, when they were taken, and how many milliseconds that took. */
  let [counted, countedAt, countedIn]: [Frame['numbers'], number, number] = [{}, 0, 0]
  const past = history()
  const orders: (() => Promise<void>)[] = []
  let wake = () => {}
  const sleep = (ms?: number) =>
    new Promise<void>((resolve) => {
      wake = resolve
      if (ms !== undefined) setTimeout(resolve, ms)
    })

  /** Does it between two steps. */
  function order<T>(task: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (closed) return reject(new Error('this run has ended'))
      orders.push(() => Promise.resolve().then(task).then(resolve, reject))
      return wake()
    })
  }

  async function show(): Promise<void> {
    const from = performance.now()
    const fresh = !pace || from - countedAt >= Math.max(calm, countedIn / largestShare)
    const { arrays, numbers } = await line.pictures({ ...wish, resolution, numbers: fresh })
    const took = performance.now() - from
    if (fresh) [counted, countedAt, countedIn] = [numbers, from, took]
    if (took > largestShare * (from - shownAt) && pace && resolution > smallest) resolution /= 2
    const { names, rows } = past.take()
    const { numTensors: tensors, numBytes: bytes } = engine().state
    const frame: Frame = {
      type: 'frame',
      step: line.step,
      names,
      history: rows,
      arrays,
      numbers: counted,
      tensors,
      bytes,
      stepsPerSecond: past.rate(),
    }
    ;[shown, shownAt] = [line.step, performance.now()]
    credits--
    tell(frame, [rows.buffer, ...Object.values(arrays).map(({ buffer }) => buffer)])
  }

  /** Whether a picture is due before the next step. */
  function due(): boolean {
    if (!pace || shown === line.step) return false
    if (pace === 'fastest') return credits > 0 && performance.now() - shownAt >= calm
    return 'stepsPerFrame' in pace ? line.step - shown >= pace.stepsPerFrame || line.step < shown : true
  }

  async function advance(): Promise<void> {
    past.add(line.step + 1, await line.advance())
    settled = false
    if (!pace && performance.now() - shownAt >= calm) {
      shownAt = performance.now()
      tell({ type: 'seeking', step: line.step, goal })
    }
  }

  async function rest(): Promise<void> {
    if (credits > 0 && !settled) {
      resolution = wish.resolution
      await show()
      settled = true
      tell({ type: 'paused', step: line.step, bits: await line.bits() })
    } else {
      await sleep()
    }
  }

  async function loop(): Promise<void> {
    while (!closed) {
      for (let next = orders.shift(); next && !closed; next = orders.shift()) await next()
      if (closed) break
      if (!pace && line.step >= goal) await rest()
      else if (!due()) await advance()
      else if (credits === 0) await sleep()
      else {
        await show()
        if (typeof pace === 'object' && 'secondsPerStep' in pace) await sleep(1000 * pace.secondsPerStep)
      }
    }
  }

  loop().catch((error: unknown) => {
    closed = true
    const message = error instanceof Error ? error.message : String(error)
    tell({ type: 'fault', code: GenError.is(error) ? error.code : 'unknown', message })
  })

  return {
    play: (next) =>
      order(() => {
        pace = next
        settled = false
      }),
    pause: () =>
      order(() => {
        pace = undefined
        goal = line.step
      }),
    seek: (step) =>
      order(async () => {
        pace = undefined
        await line.toward(step)
        past.cut(line.step)
        goal = step
        settled = false
      }),
    edit: (set) =>
      order(async () => {
        await line.edit(set)
        goal = Math.max(line.step, pace ? 0 : goal)
        settled = false
        return line.run
      }),
    look: (next) =>
      order(() => {
        wish = next
        resolution = Math.min(next.resolution, Math.max(resolution, smallest))
        settled = false
      }),
    pack: () => order(() => line.pack()),
    credit() {
      credits = Math.min(1, credits + 1)
      wake()
    },
    async close() {
      if (!closed) await order(() => (closed = true))
      await line.dispose()
    },
  }
}
