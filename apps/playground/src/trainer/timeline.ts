/** A training that goes forwards step by step, and back through keyframes. @module */
import { fold, key } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'
import { type FitEvent, fingerprint, fit, loadCheckpoint, memoryStore } from '@gen/train'
import { edited, nextEdit, type Run, settingsAt } from '../run/run.ts'
import { counted } from './counted.ts'
import type { Course, Lesson } from './lesson.ts'
import type { Timeline } from './step-by-step.ts'

/** Steps between two keyframes. */
const every = 50
const entries = 64
const bytes = 32e6
/** A training without an end of its own. */
const endless = 1e9

/** Steps with the same settings. */
interface Segment {
  readonly events: AsyncGenerator<FitEvent, void, undefined>
  readonly stop: AbortController
  readonly from: number
  readonly until: number
}

/** Begins a run. All its weights follow from the run alone, not from how one came to a step. */
export async function timeline(lesson: Lesson, run: Run, site = ''): Promise<Timeline> {
  const begin = async () => lesson.begin(settingsAt(run, 0), fold(key(run.seed), 0), site)
  const first = await begin()
  return 'training' in first ? trained(run, first, async () => (await begin()) as Course) : counted(run, first)
}

function trained(run: Run, first: Course, begin: () => Promise<Course>): Timeline {
  let course = first
  let store: CheckpointStore = memoryStore({ entries, bytes })
  let step = 0
  let segment: Segment | undefined

  function open(): Segment {
    const { model, batches, optimizer, playing } = course.training(settingsAt(run, step))
    const stop = new AbortController()
    const until = Math.min(endless, nextEdit(run, step))
    const events = fit(model, batches, {
      ...{ steps: until, optimizer, key: fold(key(run.seed), 1), signal: stop.signal },
      ...(playing && { playing }),
      checkpoints: { store, every, keep: entries, score: () => Number.NaN },
      resume: step > 0 && { step, allowChanges: true },
    })
    return { events, stop, from: step, until }
  }

  /** Ends a segment with a keyframe, from which another goes on. */
  async function close(): Promise<void> {
    if (!segment) return
    const { events, stop, from } = segment
    segment = undefined
    stop.abort()
    if (step > from) for await (const _ of events);
    else await events.return()
  }

  async function restart(): Promise<void> {
    course.dispose()
    store = memoryStore({ entries, bytes })
    step = 0
    course = await begin()
  }

  return {
    get step() {
      return step
    },
    get run() {
      return run
    },
    async advance() {
      if (segment?.until === step) await close()
      segment ??= open()
      for await (const event of resumable(segment.events)) {
        if (event.type !== 'step') continue
        step = event.step
        return event.losses
      }
      throw new Error('the training ended before its time')
    },
    async back(to) {
      await segment?.events.return()
      segment = undefined
      const last = (await store.list()).filter((saved) => saved <= to).at(-1)
      if (last === undefined) return restart()
      await loadCheckpoint(course.training(settingsAt(run, last)).model, store, { step: last, weights: 'raw' })
      step = last
    },
    async edit(set) {
      await close()
      run = edited(run, step, set)
    },
    pictures: async (wish) => course.pictures(settingsAt(run, step), wish),
    bits: () => fingerprint(course.training(settingsAt(run, step)).model),
    async dispose() {
      await segment?.events.return()
      course.dispose()
    },
  }
}

/** `for await` ends a generator that it leaves; this one stays as it is. */
function resumable<T>(events: AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) }
}
