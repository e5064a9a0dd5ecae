/** A training that goes forwards step by step, and back through keyframes. @module */
import { fold, key } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'
import { type FitEvent, fingerprint, fit, loadCheckpoint, memoryStore, type StepEvent } from '@gen/train'
import { edited, nextEdit, type Run, settingsAt } from '../run/run.ts'
import { counted } from './counted.ts'
import { type Kept, withTape } from './kept.ts'
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
  /** The event of a step after which its weights are to be seen. */
  readonly shown: 'step' | 'sample'
}

/** Begins a run. All its weights follow from the run alone, not from how one came to a step. */
export async function timeline(lesson: Lesson, run: Run, site = '', kept?: Kept): Promise<Timeline> {
  const begin = async () => lesson.begin(settingsAt(run, 0), fold(key(run.seed), 0), site)
  const first = await begin()
  return 'training' in first ? trained(run, first, async () => (await begin()) as Course, kept) : counted(run, first)
}

function trained(run: Run, first: Course, begin: () => Promise<Course>, kept: Kept | undefined): Timeline {
  let course = first
  let store: CheckpointStore = memoryStore({ entries, bytes })
  let step = 0
  let segment: Segment | undefined
  const training = (at: number) => course.training(settingsAt(run, at))

  function open(): Segment {
    const { model, batches, optimizer, playing, ema } = training(step)
    const stop = new AbortController()
    const until = Math.min(endless, nextEdit(run, step))
    const save: CheckpointStore['save'] = async (at, files) => {
      await kept?.put(run, at, files)
      return store.save(at, files)
    }
    const events = fit(model, batches, {
      ...{ steps: until, optimizer, key: fold(key(run.seed), 1), signal: stop.signal },
      ...(playing && { playing }),
      // Averaged weights are in place while a sample is out.
      ...(ema !== undefined && { ema, sampleEvery: 1 }),
      checkpoints: { store: { ...store, save }, every, keep: entries, score: () => Number.NaN },
      resume: step > 0 && { step, allowChanges: true },
    })
    return { events, stop, from: step, until, shown: ema === undefined ? 'step' : 'sample' }
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
      let losses: StepEvent['losses'] = {}
      for await (const event of resumable(segment.events)) {
        if (event.type === 'step') [step, losses] = [event.step, event.losses]
        if (event.type === segment.shown) return losses
      }
      throw new Error('the training ended before its time')
    },
    async toward(to) {
      const near = (await store.list()).filter((saved) => saved <= to).at(-1) ?? 0
      const far = await kept?.between(run, Math.max(near, to < step ? 0 : step), to)
      if (to >= step && near <= step && !far) return
      await segment?.events.return()
      segment = undefined
      if (far) await store.save(far.step, far.files)
      const last = far?.step ?? near
      if (last === 0) return restart()
      await loadCheckpoint(training(last).model, store, { step: last })
      step = last
    },
    async edit(set) {
      await close()
      for (const saved of await store.list()) if (saved > step) await store.remove(saved)
      run = edited(run, step, set)
    },
    async pack() {
      await close()
      if (step === 0 || !course.files) throw new Error('there is nothing to save before the first step')
      const keyframe = Object.entries(withTape(run, step, await store.load(step)))
      return {
        ...(await course.files(settingsAt(run, step), step)),
        ...Object.fromEntries(keyframe.map(([name, data]) => [`run/${name}`, data])),
      }
    },
    pictures: async (wish) => course.pictures(settingsAt(run, step), wish),
    bits: () => fingerprint(training(step).model),
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
