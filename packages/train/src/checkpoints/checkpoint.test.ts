import { key, useBackend } from '@gen/backend'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import type { CheckpointStore } from '@gen/model'
import { memory, type Variable } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fit } from '../fit.ts'
import type { FitOptions } from '../fit-options.ts'
import { game, lawBatches, regression } from '../fixtures/toy-models.ts'
import { last } from '../last.ts'
import { adam, adamW } from '../optimizers/adam.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import { rmsProp } from '../optimizers/rms-prop.ts'
import { sgd } from '../optimizers/sgd.ts'
import type { FitEvent } from '../progress/events.ts'
import { cosineDecay, warmup } from '../schedule.ts'
import { loadCheckpoint } from './load-checkpoint.ts'
import { memoryStore } from './memory-store.ts'

const base = { steps: 12, optimizer: adamW({ learningRate: 0.05 }), key: key(1), ema: 0.9, clipNorm: 1 }

beforeAll(async () => {
  await useBackend('cpu')
})

const bytesOf = (variables: Variable[]) => variables.map((variable) => [...variable.dataSync()])

async function collect(events: AsyncIterable<FitEvent>): Promise<FitEvent[]> {
  const all: FitEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

/** All that a checkpoint holds: raw weights, averages and slots as numbers, and the state (best and scores, step, key, config). */
async function contentOf(store: CheckpointStore, step: number): Promise<Record<string, unknown>> {
  const files = await store.load(step)
  const { tensors } = decodeSafetensors(files['weights.safetensors']!)
  // tfjs numbers its variables through the process; they are kept for people to read.
  const { names: _, ...state } = JSON.parse(new TextDecoder().decode(files['state.json']!))
  return { state, ...Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]])) }
}

describe('a resumed run is the run that never stopped, bit by bit', () => {
  const optimizers: [string, Optimizer][] = [
    ['adam', adam({ learningRate: 0.05 })],
    ['adamW', adamW({ learningRate: warmup({ steps: 3, to: cosineDecay({ from: 0.05, steps: 9 }) }) })],
    ['sgd', sgd()],
    ['sgd with momentum', sgd({ momentum: 0.9, nesterov: true })],
    ['rmsProp', rmsProp({ momentum: 0.3 })],
  ]

  it.each(optimizers)('%s, one player with noise', async (_name, optimizer) => {
    const [whole, parts] = [regression({ noise: 0.3 }), regression({ noise: 0.3 })]
    const [wholeStore, partStore] = [memoryStore(), memoryStore()]
    const options = { ...base, optimizer, accumulate: 2 }
    const at = (store: CheckpointStore) => ({ checkpoints: { store, every: 4 } })
    await last(fit(whole, lawBatches(), { ...options, ...at(wholeStore) }))
    for await (const { step } of fit(parts, lawBatches(), { ...options, ...at(partStore) })) if (step === 6) break
    const fresh = regression({ noise: 0.3 })
    const events = await collect(fit(fresh, lawBatches(), { ...options, ...at(partStore), resume: true }))
    expect(events[0]).toMatchObject({ type: 'step', step: 5 })
    expect(await contentOf(partStore, 12)).toEqual(await contentOf(wholeStore, 12))
    expect(bytesOf([fresh.weight, fresh.bias])).toEqual(bytesOf([whole.weight, whole.bias]))
    for (const model of [whole, parts, fresh]) model.dispose()
  })

  it('two players with state, scores and the best checkpoint among it', async () => {
    const [whole, parts] = [game(), game()]
    const score = (losses: Readonly<Record<string, Readonly<Record<string, number>>>>) => losses.follower!.total!
    const checkpointsIn = (store: CheckpointStore) => ({ store, every: 5, score })
    const [wholeStore, partStore] = [memoryStore(), memoryStore()]
    await last(fit(whole, lawBatches(), { ...base, checkpoints: checkpointsIn(wholeStore) }))
    const checkpoints = checkpointsIn(partStore)
    for await (const { type } of fit(parts, lawBatches(), { ...base, checkpoints })) if (type === 'checkpoint') break
    const fresh = game()
    await last(fit(fresh, lawBatches(), { ...base, checkpoints, resume: true }))
    expect(bytesOf(fresh.all)).toEqual(bytesOf(whole.all))
    expect(await partStore.list()).toEqual(await wholeStore.list())
    for (const step of [5, 10, 12]) expect(await contentOf(partStore, step)).toEqual(await contentOf(wholeStore, step))
    expect(fresh.all[2]!.dataSync()[0]).toBe(24)
    for (const model of [whole, parts, fresh]) model.dispose()
  })

  it('the best checkpoint of before stays the best and stays in the store', async () => {
    const store = memoryStore()
    // Learns, then spoils what it learned: the best is of before the resume.
    const optimizer = sgd({ learningRate: (step) => (step < 40 ? 0.1 : 3) })
    const options = { ...base, optimizer, clipNorm: 100, checkpoints: { store, every: 10, keep: 1 } }
    const first = regression()
    await last(fit(first, lawBatches(), { ...options, steps: 40 }))
    const fresh = regression()
    const events = await collect(fit(fresh, lawBatches(), { ...options, steps: 80, resume: true }))
    expect(events.filter((event) => event.type === 'checkpoint' && event.best)).toEqual([])
    expect(await store.list()).toEqual([40, 80])
    expect(await loadCheckpoint(fresh, store, { step: 'best' })).toBe(40)
    first.dispose()
    fresh.dispose()
  })

  it('an aborted run saves where it is and goes on from there', async () => {
    const [whole, model] = [regression({ noise: 0.3 }), regression({ noise: 0.3 })]
    await last(fit(whole, lawBatches(), base))
    const checkpoints = { store: memoryStore(), every: 100 }
    const controller = new AbortController()
    const types: string[] = []
    for await (const event of fit(model, lawBatches(), { ...base, checkpoints, signal: controller.signal })) {
      types.push(event.type)
      if (event.step === 3) controller.abort()
    }
    expect(types).toEqual(['step', 'step', 'step', 'checkpoint', 'end'])
    expect(await checkpoints.store.list()).toEqual([3])
    await last(fit(model, lawBatches(), { ...base, checkpoints, resume: true }))
    expect(bytesOf([model.weight])).toEqual(bytesOf([whole.weight]))
    whole.dispose()
    model.dispose()
  })

  it('from an earlier step, and what came after it goes', async () => {
    const model = regression({ noise: 0.3 })
    const store = memoryStore()
    const checkpoints = { store, every: 2, keep: 10 }
    await last(fit(model, lawBatches(), { ...base, checkpoints }))
    const weights = bytesOf([model.weight])
    await collect(fit(model, lawBatches(), { ...base, steps: 5, checkpoints, resume: 4 }))
    expect(await store.list()).toEqual([2, 4, 5])
    await last(fit(model, lawBatches(), { ...base, checkpoints, resume: true }))
    expect(bytesOf([model.weight])).toEqual(weights)
    model.dispose()
  })

  it('of a run that is done gives its end at once', async () => {
    const model = regression()
    const checkpoints = { store: memoryStore(), every: 100 }
    await last(fit(model, lawBatches(), { ...base, checkpoints }))
    const weights = bytesOf([model.weight])
    const fresh = regression()
    const events = await collect(fit(fresh, lawBatches(), { ...base, checkpoints, resume: true }))
    expect(events).toEqual([{ type: 'end', step: 12, reason: 'done', losses: {} }])
    expect(bytesOf([fresh.weight])).toEqual(weights)
    model.dispose()
    fresh.dispose()
  })

  it('of nothing is a fresh start', async () => {
    const model = regression()
    const checkpoints = { store: memoryStore(), every: 100 }
    expect(await last(fit(model, lawBatches(), { ...base, checkpoints, resume: true }))).toMatchObject({ step: 12 })
    model.dispose()
  })
})

describe('checkpoints', () => {
  it('are told of, and the last ones and the best stay', async () => {
    const model = regression()
    const store = memoryStore()
    // A rate that learns, then one that spoils: the best checkpoint is not among the last.
    const optimizer = sgd({ learningRate: (step) => (step < 60 ? 0.1 : 3) })
    const options = { ...base, steps: 100, optimizer, clipNorm: 100, checkpoints: { store, every: 10, keep: 2 } }
    const events = await collect(fit(model, lawBatches(), options))
    const told = events.filter((event) => event.type === 'checkpoint')
    expect(told.map(({ step, location }) => [step, location])).toEqual(
      Array.from({ length: 10 }, (_, i) => [10 * (i + 1), `memory:${10 * (i + 1)}`]),
    )
    const best = told.filter((event) => event.best).at(-1)!.step
    expect(best).toBeLessThan(90)
    expect(await store.list()).toEqual([best, 90, 100])
    model.dispose()
  })

  it('know no best with several players, unless told what to compare', async () => {
    const bestOf = async (score?: (losses: Readonly<Record<string, Readonly<Record<string, number>>>>) => number) => {
      const model = game()
      const checkpoints = { store: memoryStore(), every: 4, ...(score && { score }) }
      const events = await collect(fit(model, lawBatches(), { ...base, checkpoints }))
      model.dispose()
      return events.some((event) => event.type === 'checkpoint' && event.best)
    }
    expect(await bestOf()).toBe(false)
    expect(await bestOf((losses) => losses.leader!.total!)).toBe(true)
  })

  it('give their weights to a model: averaged or raw, last, best or any', async () => {
    const model = regression()
    const store = memoryStore()
    const raw = new Map<number, number[][]>()
    for await (const event of fit(model, lawBatches(), { ...base, checkpoints: { store, every: 4 } })) {
      if (event.type === 'step') raw.set(event.step, bytesOf([model.weight]))
    }
    const other = regression()
    expect(await loadCheckpoint(other, store, { weights: 'raw' })).toBe(12)
    expect(bytesOf([other.weight])).toEqual(raw.get(12))
    expect(await loadCheckpoint(other, store)).toBe(12)
    expect(bytesOf([other.weight])).toEqual(bytesOf([model.weight]))
    expect(await loadCheckpoint(other, store, { step: 8, weights: 'raw' })).toBe(8)
    expect(bytesOf([other.weight])).toEqual(raw.get(8))
    expect(await loadCheckpoint(other, store, { step: 'best' })).toBe(12)
    await expect(loadCheckpoint(other, store, { step: 7 })).rejects.toThrow(
      'one of the checkpoints 4, 8, 12, got step 7',
    )
    await expect(loadCheckpoint(other, memoryStore())).rejects.toThrow('got an empty store')
    model.dispose()
    other.dispose()
  })

  it('that cannot be written stop the run with the error, and the earlier ones stay', async () => {
    const model = regression()
    const store = memoryStore()
    const full: CheckpointStore = {
      ...store,
      save: async (step, files) => {
        if (step > 4) throw new Error('disk full')
        return store.save(step, files)
      },
    }
    const before = memory().numTensors
    await expect(last(fit(model, lawBatches(), { ...base, checkpoints: { store: full, every: 4 } }))).rejects.toThrow(
      'full',
    )
    expect(memory().numTensors).toBe(before)
    expect(await store.list()).toEqual([4])
    model.dispose()
  })
})

describe('a resume that would not be the same run is refused, with nothing changed', () => {
  const saved = async () => {
    const model = regression()
    const store = memoryStore()
    await last(fit(model, lawBatches(), { ...base, steps: 4, checkpoints: { store, every: 4 } }))
    model.dispose()
    return store
  }

  async function refusal(store: CheckpointStore, change: Partial<FitOptions>, model = regression()): Promise<Error> {
    const before = bytesOf([model.weight])
    const tensors = memory().numTensors
    const options = { ...base, checkpoints: { store, every: 4 }, resume: true, ...change }
    const error = await last(fit(model, lawBatches(), options)).then(
      () => new Error('not refused'),
      (reason) => reason,
    )
    expect(memory().numTensors).toBe(tensors)
    expect(bytesOf([model.weight])).toEqual(before)
    model.dispose()
    return error
  }

  it.each<[string, Partial<FitOptions>, string]>([
    ['another rate', { optimizer: adamW({ learningRate: 0.06 }) }, 'players.regression.optimizer.learningRate.0 0.05'],
    [
      'another schedule',
      { optimizer: adamW({ learningRate: cosineDecay({ from: 0.05, steps: 9 }) }) },
      'learningRate.1 0.05',
    ],
    ['another optimizer', { optimizer: sgd({ learningRate: 0.05 }) }, 'players.regression.optimizer.name "adamW"'],
    ['another decay', { ema: 0.5 }, 'ema.decay 0.9 as in the checkpoint, got 0.5'],
    ['another key', { key: key(2) }, 'key.lo 1'],
    ['another accumulation', { accumulate: 2 }, 'accumulate 1'],
    ['no clipping', { clipNorm: Number.POSITIVE_INFINITY }, 'clipNorm 1'],
  ])('%s', async (_name, change, message) => {
    const error = await refusal(await saved(), change)
    expect(error).toMatchObject({ code: 'config' })
    expect(error.message).toContain(message)
    expect(error.message).toContain('resume: { allowChanges: true }')
  })

  it('another model configuration', async () => {
    const error = await refusal(await saved(), {}, regression({ noise: 1 }))
    expect(error.message).toContain('model.noise 0 as in the checkpoint, got 1')
  })

  it('a player of another name, a step that is not there, a store in use', async () => {
    expect(await refusal(await saved(), {}, regression({ name: 'other' }))).toMatchObject({ code: 'config' })
    const missing = await refusal(await saved(), { resume: 3 })
    expect(missing.message).toBe('train.fit: expected one of the checkpoints 4, got step 3')
    const used = await refusal(await saved(), { resume: false })
    expect(used.message).toContain('expected an empty checkpoint store, got steps 4; pass resume: true')
  })

  it('weights of other shapes', async () => {
    const store = await saved()
    const files = await store.load(4)
    const { tensors } = decodeSafetensors(files['weights.safetensors']!)
    const narrow = { ...tensors, 'weights/regression/0': { ...tensors['weights/regression/0']!, shape: [2, 3] } }
    await store.save(4, { ...files, 'weights.safetensors': encodeSafetensors(narrow) })
    const error = await refusal(store, {})
    expect(error).toMatchObject({ code: 'shape' })
    expect(error.message).toContain('expected weights/regression/0 float32 of shape [3, 2], got F32 of shape [2, 3]')
  })

  it('damaged files', async () => {
    const text = (content: string) => new TextEncoder().encode(content)
    const store = await saved()
    const files = await store.load(4)
    const state = JSON.parse(new TextDecoder().decode(files['state.json']))
    const damages: [string, Record<string, Uint8Array>, string][] = [
      ['no state', { 'weights.safetensors': files['weights.safetensors']! }, 'expected a state.json, got none'],
      ['no weights', { 'state.json': files['state.json']! }, 'expected weights.safetensors at step 4, got none'],
      ['half a state', { ...files, 'state.json': files['state.json']!.slice(0, 40) }, 'expected state.json to be JSON'],
      ['a lie', { ...files, 'state.json': text(JSON.stringify({ ...state, step: -1 })) }, 'expected another step'],
      [
        'half the weights',
        { ...files, 'weights.safetensors': files['weights.safetensors']!.slice(0, 99) },
        'the file is truncated',
      ],
    ]
    for (const [, damaged, message] of damages) {
      await store.save(4, damaged)
      const error = await refusal(store, {})
      expect(error).toMatchObject({ code: 'file' })
      expect(error.message).toContain(message)
    }
  })

  it('unless changes are allowed: the rest goes on', async () => {
    const store = await saved()
    const model = regression()
    const changed = { optimizer: rmsProp({ learningRate: 0.01 }), ema: 0.99, key: key(5) }
    const checkpoints = { store, every: 4 }
    const options = { ...base, ...changed, checkpoints, resume: { allowChanges: true } }
    const events = await collect(fit(model, lawBatches(), options))
    expect(events[0]).toMatchObject({ step: 5 })
    model.dispose()
  })
})
