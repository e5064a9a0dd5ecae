import { key, useBackend } from '@gen/backend'
import type { Batches } from '@gen/model'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { memoryStore } from './checkpoints/memory-store.ts'
import { fit } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import { collect, stepsOf } from './fixtures/events.ts'
import { lawBatches, regression, type ToyBatch } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { adam } from './optimizers/adam.ts'
import type { CheckpointEvent, StepEvent } from './progress/events.ts'
import { cosineDecay, linearDecay, warmup } from './schedule.ts'

const optimizer = (steps: number) => adam({ learningRate: linearDecay({ from: 0.1, steps }) })
const base = { optimizer, key: key(1), ema: 0.9, clipNorm: 1 }

beforeAll(async () => {
  await useBackend('cpu')
})
afterEach(() => vi.restoreAllMocks())

/** The law's batches, each of which takes a time on a clock that nothing else moves. */
function timed(secondsOf: (index: number) => number): Batches<ToyBatch> & { spent(): number } {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => 1000 * now)
  const { at } = lawBatches()
  const spend = (index: number) => {
    now += secondsOf(index)
    return at(index)
  }
  return { at: spend, spent: () => now }
}

const shown = ({ step, losses, learningRate }: StepEvent) => ({ step, losses, learningRate })
const checkpointsOf = (events: readonly object[]) =>
  events.filter((event): event is CheckpointEvent => (event as CheckpointEvent).type === 'checkpoint')

describe('fit until a time', () => {
  it('takes that time, and the schedule is over when it is', async () => {
    const model = regression({ noise: 0.1 })
    const batches = timed((index) => (index === 0 ? 0.5 : 0.02))
    const events = await collect(fit(model, batches, { ...base, until: { seconds: 4 } }))
    const steps = stepsOf(events)
    expect(batches.spent()).toBeCloseTo(4, 1)
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'done', step: steps.length })
    const rates = steps.map(({ learningRate }) => learningRate.regression!)
    const half = Math.floor(steps.length / 2)
    expect(rates[half]! / 0.1).toBeCloseTo(0.5, 1)
    expect(rates.at(-1)! / 0.1).toBeCloseTo(1 / steps.length, 2)
    expect(steps.at(-1)!.secondsLeft).toBeCloseTo(0, 1)
    expect(steps[half]!.secondsLeft).toBeCloseTo(4 - 0.5 - 0.02 * half, 2)
    model.dispose()
  })

  it('takes the time with batches that are accumulated, and counts that of the consumer', async () => {
    const model = regression()
    const batches = timed(() => 0.01)
    let step = 0
    vi.mocked(performance.now).mockImplementation(() => 1000 * (batches.spent() + 0.02 * step))
    for await (const event of fit(model, batches, { ...base, accumulate: 8, until: { seconds: 6 } })) {
      if (event.type === 'step') step++
    }
    expect(batches.spent() + 0.02 * step).toBeCloseTo(6, 1)
    expect(step).toBeGreaterThan(58)
    model.dispose()
  })

  it('takes the time without that of the consumer, where the training alone counts', async () => {
    const model = regression()
    let away = 0
    const batches = timed(() => 0.01)
    const clock = () => 1000 * (batches.spent() + away)
    vi.mocked(performance.now).mockImplementation(clock)
    const kinds = new Set<string>()
    const options = { ...base, until: { seconds: 2, counts: 'training' }, sampleEvery: 7 } as const
    const checkpoints = { store: memoryStore(), every: 11 }
    let steps = 0
    for await (const event of fit(model, batches, { ...options, checkpoints })) {
      if (event.type === 'step') {
        steps = event.step
        expect(event.secondsLeft).toBeCloseTo(2 - batches.spent(), 6)
      }
      kinds.add(event.type)
      away += 0.5
    }
    expect(steps).toBe(200)
    expect([...kinds].sort()).toEqual(['checkpoint', 'end', 'sample', 'step'])
    const other = timed(() => 0.01)
    vi.mocked(performance.now).mockImplementation(() => 1000 * (other.spent() + away))
    const longer = { ...options, until: { seconds: 3, counts: 'training' }, checkpoints, resume: true } as const
    for await (const { type, step } of fit(model, other, longer)) {
      if (type === 'end') expect(step).toBe(300)
      away += 0.5
    }
    model.dispose()
  })

  it.each(['everything', 'training'] as const)('knows its last step, where %s counts', async (counts) => {
    const model = regression()
    const batches = timed((index) => 0.001 * (1 + (index % 40)))
    const steps = stepsOf(await collect(fit(model, batches, { ...base, until: { seconds: 3, counts } })))
    expect(steps.filter((event) => event.step === event.steps)).toEqual([steps.at(-1)])
    model.dispose()
  })

  it('goes on from each of its checkpoints with the steps that were done after it, on a machine of another speed', async () => {
    const model = regression({ noise: 0.3 })
    const [store, saved] = [memoryStore(), new Map<number, Record<string, Uint8Array>>()]
    const keeping = {
      ...store,
      save: (step: number, files: Readonly<Record<string, Uint8Array>>) => {
        saved.set(step, { ...files })
        return store.save(step, files)
      },
    }
    const options: FitOptions = { ...base, until: { seconds: 2 } }
    const checkpoints = { store: keeping, every: 7 }
    const whole = await collect(
      fit(
        model,
        timed(() => 0.01),
        { ...options, checkpoints },
      ),
    )
    const steps = stepsOf(whole).map(shown)
    const looks = checkpointsOf(whole).filter(({ step }) => step % 7 !== 0)
    expect(looks.length).toBeGreaterThan(5)
    for (const [step, files] of [...saved].filter((_, i) => i % 3 === 0)) {
      if (step === steps.length) continue
      const other = memoryStore()
      await other.save(step, files)
      const { pace } = JSON.parse(new TextDecoder().decode(files['state.json']))
      const resumed = { ...options, checkpoints: { store: other, every: 7 }, resume: true }
      const events = await collect(
        fit(
          model,
          timed(() => 0.023),
          resumed,
        ),
      )
      const repeated = stepsOf(events)
        .filter((event) => event.step <= pace.look)
        .map(shown)
      expect(repeated.length).toBeGreaterThan(0)
      expect(repeated).toEqual(steps.slice(step, step + repeated.length))
      expect(events.at(-1)).toMatchObject({ reason: 'done' })
    }
    model.dispose()
  }, 60_000)

  it('saves a plan before the first step that follows it', async () => {
    const model = regression()
    const store = memoryStore()
    let planned = Number.POSITIVE_INFINITY
    let kept = Number.POSITIVE_INFINITY
    const batches = timed((index) => 0.001 * (1 + (index % 40)))
    for await (const event of fit(model, batches, {
      ...base,
      until: { seconds: 3 },
      checkpoints: { store, every: 1e6 },
    })) {
      if (event.type === 'step') {
        expect(kept).toBe(planned)
        planned = event.steps
      } else if (event.type === 'checkpoint') {
        const { 'state.json': state } = await store.load(event.step)
        kept = JSON.parse(new TextDecoder().decode(state)).pace.steps
      }
    }
    expect(planned).toBeLessThan(1000)
    model.dispose()
  })

  it('can be aborted and resumed, and takes the time once', async () => {
    const model = regression()
    const checkpoints = { store: memoryStore(), every: 1e6 }
    const options = { ...base, until: { seconds: 2 }, checkpoints }
    const first = timed(() => 0.01)
    const controller = new AbortController()
    for await (const { step } of fit(model, first, { ...options, signal: controller.signal })) {
      if (step === 77) controller.abort()
    }
    const second = timed(() => 0.01)
    const { reason } = await last(fit(model, second, { ...options, resume: true }))
    expect(reason).toBe('done')
    expect(first.spent() + second.spent()).toBeCloseTo(2, 1)
    const again = await collect(
      fit(
        model,
        timed(() => 0.01),
        { ...options, resume: true },
      ),
    )
    expect(again.map(({ type }) => type)).toEqual(['end'])
    model.dispose()
  })
})

describe('a resume may lengthen a run whose optimizer is made for its steps', () => {
  const scheduled = (steps: number) =>
    adam({ learningRate: warmup({ steps: 3, to: cosineDecay({ from: 0.1, steps }) }) })
  const rates = (steps: StepEvent[]) => steps.map(({ learningRate }) => learningRate.regression)

  it('by steps: the schedule is that of the longer run from there on', async () => {
    const model = regression()
    const checkpoints = { store: memoryStore(), every: 1e6 }
    const options = { ...base, optimizer: scheduled, checkpoints, resume: true }
    await last(fit(model, lawBatches(), { ...options, steps: 10 }))
    const more = stepsOf(await collect(fit(model, lawBatches(), { ...options, steps: 25 })))
    const whole = stepsOf(await collect(fit(model, lawBatches(), { ...base, optimizer: scheduled, steps: 25 })))
    expect(more.map(({ step }) => step)).toEqual(whole.slice(10).map(({ step }) => step))
    expect(rates(more)).toEqual(rates(whole).slice(10))
    model.dispose()
  })

  it('by time, and from steps to time and back', async () => {
    const model = regression()
    const checkpoints = { store: memoryStore(), every: 1e6 }
    const options = { ...base, optimizer: scheduled, checkpoints, resume: true }
    await last(fit(model, lawBatches(), { ...options, steps: 10 }))
    const { step } = await last(
      fit(
        model,
        timed(() => 0.01),
        { ...options, until: { seconds: 1 } },
      ),
    )
    expect(step).toBe(110)
    const two = timed(() => 0.01)
    expect((await last(fit(model, two, { ...options, until: { seconds: 1.5 } }))).step).toBe(160)
    expect(two.spent()).toBeCloseTo(0.5, 1)
    expect((await last(fit(model, lawBatches(), { ...options, steps: 170 }))).step).toBe(170)
    model.dispose()
  })

  it('but not change it otherwise: another rate or other batches are refused', async () => {
    const model = regression()
    const checkpoints = { store: memoryStore(), every: 1e6 }
    const options = { ...base, checkpoints, resume: true }
    const drawn = (size: number) => ({ ...lawBatches(size), config: { size } })
    await last(fit(model, drawn(8), { ...options, steps: 10 }))
    const other = (steps: number) => adam({ learningRate: linearDecay({ from: 0.2, steps }) })
    await expect(last(fit(model, drawn(8), { ...options, steps: 20, optimizer: other }))).rejects.toThrow(
      'learningRate.0 0.1',
    )
    await expect(last(fit(model, drawn(9), { ...options, steps: 20 }))).rejects.toThrow(
      'expected batches.size 8 as in the checkpoint, got 9',
    )
    model.dispose()
  })
})

describe('a run has an end', () => {
  it.each<[string, Partial<FitOptions>, string]>([
    ['no steps and no time', {}, 'expected either steps or until, got neither'],
    ['no time', { until: { seconds: 0 } }, 'expected until.seconds'],
    ['endless time', { until: { seconds: Number.POSITIVE_INFINITY } }, 'expected until.seconds'],
  ])('or is refused: %s', (_name, change, message) => {
    const model = regression()
    expect(() => fit(model, lawBatches(), { ...base, ...change })).toThrow(message)
    model.dispose()
  })
})
