import { key, useBackend } from '@gen/backend'
import type { Batches, Trainable } from '@gen/model'
import { dispose, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from './checkpoints/memory-store.ts'
import { fit } from './fit.ts'
import { collect, stepsOf } from './fixtures/events.ts'
import { game, lawBatches, regression, type ToyBatch, weightOf } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { adam, adamW } from './optimizers/adam.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import { sgd } from './optimizers/sgd.ts'

const base = { steps: 5, optimizer: sgd({ learningRate: 0.1 }), key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
})

describe('fit', () => {
  it('learns a linear law', async () => {
    const model = regression()
    const { losses, reason, step } = await last(fit(model, lawBatches(), { ...base, steps: 200 }))
    expect([reason, step]).toEqual(['done', 200])
    expect(losses.regression!.total).toBeLessThan(1e-6)
    expect(model.weight.dataSync()).toBeAllClose([1, 0, -1, 0, 0, 2], { atol: 1e-3 })
    model.dispose()
  })

  it('tells losses by name, rates, norms, speed and time left after each step, then the end', async () => {
    const model = regression()
    const events = await collect(fit(model, lawBatches(4), base))
    expect(events.map(({ type }) => type)).toEqual([...Array(5).fill('step'), 'end'])
    const steps = stepsOf(events)
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
    for (const event of steps) {
      expect(Object.keys(event.losses.regression!)).toEqual(['total', 'bias'])
      expect(event.learningRate).toEqual({ regression: 0.1 })
      expect(event.gradientNorm.regression).toBeGreaterThan(0)
      expect(event.samplesPerSecond).toBeGreaterThan(0)
      expect(event.steps).toBe(5)
    }
    expect(steps[0]!.losses.regression!.bias).toBe(0)
    expect(steps[0]!.secondsLeft).toBeGreaterThan(0)
    expect(steps[4]!.secondsLeft).toBe(0)
    model.dispose()
  })

  it('gives the same weights for the same key and others for another', async () => {
    const run = async (seed: number) => {
      const model = regression({ noise: 0.5 })
      await last(fit(model, lawBatches(), { ...base, key: key(seed) }))
      const weights = [...model.weight.dataSync()]
      model.dispose()
      return weights
    }
    const [first, again, other] = [await run(1), await run(1), await run(2)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('evaluates schedules at the step', async () => {
    const model = regression()
    const optimizer = sgd({ learningRate: (step) => 0.1 / (step + 1) })
    const rates = stepsOf(await collect(fit(model, lawBatches(), { ...base, optimizer }))).map((e) => e.learningRate)
    expect(rates).toEqual([1, 2, 3, 4, 5].map((n) => ({ regression: 0.1 / n })))
    model.dispose()
  })

  it('clips by the global norm over all variables', async () => {
    const model = regression()
    const before = [...model.weight.dataSync(), ...model.bias.dataSync()]
    const [event] = stepsOf(await collect(fit(model, lawBatches(), { ...base, steps: 1, clipNorm: 0.01 })))
    const after = [...model.weight.dataSync(), ...model.bias.dataSync()]
    expect(event!.gradientNorm.regression).toBeGreaterThan(0.01)
    expect(Math.hypot(...after.map((value, i) => value - before[i]!))).toBeCloseTo(0.1 * 0.01, 6)
    model.dispose()
  })

  it('accumulated batches make the step of the big batch', async () => {
    const [small, big] = [regression(), regression()]
    const parts = lawBatches(4)
    const whole: Batches<ToyBatch> = {
      async at(index) {
        const pieces = await Promise.all([0, 1, 2].map((i) => parts.at(3 * index + i)))
        const join = (name: 'x' | 'y') => tensor2d(pieces.flatMap((piece) => piece[name].arraySync()))
        const batch = { x: join('x'), y: join('y') }
        dispose(pieces.map(({ x, y }) => [x, y]))
        return batch
      },
    }
    const options = { ...base, clipNorm: 1, optimizer: adamW() }
    const some = stepsOf(await collect(fit(small, parts, { ...options, accumulate: 3 })))
    const one = stepsOf(await collect(fit(big, whole, options)))
    some.forEach((event, i) => {
      expect(event.losses.regression!.total).toBeCloseTo(one[i]!.losses.regression!.total!, 5)
      expect(event.gradientNorm.regression).toBeCloseTo(one[i]!.gradientNorm.regression!, 5)
    })
    expect(small.weight.dataSync()).toBeAllClose(big.weight.dataSync(), { atol: 1e-5 })
    small.dispose()
    big.dispose()
  })

  it('plays rounds: each player its own updates, batches and keys', async () => {
    const model = game()
    const asked: number[] = []
    const source = lawBatches()
    const batches: Batches<ToyBatch> = {
      at(index) {
        asked.push(index)
        return source.at(index)
      },
    }
    const optimizer = { leader: sgd({ learningRate: 0.5 }), follower: sgd({ learningRate: 0.25 }) }
    const events = stepsOf(await collect(fit(model, batches, { ...base, steps: 2, optimizer })))
    expect(asked).toEqual([0, 1, 2, 3, 4, 5])
    expect(events[0]!.learningRate).toEqual({ leader: 0.5, follower: 0.25 })
    expect(Object.keys(events[1]!.losses)).toEqual(['leader', 'follower'])
    expect(model.all[2]!.dataSync()[0]).toBe(4)
    model.dispose()
  })

  it('counts each update of a player for its optimizer, and each round for the schedule, across a resume too', async () => {
    const told: Record<string, [update: number, rate: number][]> = { leader: [], follower: [] }
    const spying = (name: string): Optimizer => {
      const inner = adam({ learningRate: (round) => 0.1 / (1 + round) })
      const update: Optimizer['update'] = (values, gradients, slots, step) => {
        told[name]!.push([step.step, step.learningRate])
        return inner.update(values, gradients, slots, step)
      }
      return { ...inner, update }
    }
    const options = { ...base, optimizer: { leader: spying('leader'), follower: spying('follower') } }
    const checkpoints = { store: memoryStore(), every: 2 }
    const [first, second] = [game(), game()]
    await last(fit(first, lawBatches(), { ...options, steps: 2, checkpoints }))
    await last(fit(second, lawBatches(), { ...options, steps: 3, checkpoints, resume: true }))
    // The leader makes two updates a round; both have the round's rate.
    const rates = [0.1, 0.1, 0.05, 0.05, 0.1 / 3, 0.1 / 3]
    expect(told.leader).toEqual(rates.map((rate, i) => [i + 1, rate]))
    expect(told.follower).toEqual([0.1, 0.05, 0.1 / 3].map((rate, i) => [i + 1, rate]))
    first.dispose()
    second.dispose()
  })

  it('leaves what the loss does not reach as it is', async () => {
    const model = regression()
    const idle = weightOf(() => tensor1d([1, 2]))
    const [player] = model.players
    const wider: Trainable<ToyBatch> = { players: [{ ...player!, variables: () => [idle, model.weight, model.bias] }] }
    await last(fit(wider, lawBatches(), { ...base, optimizer: adamW({ weightDecay: 1 }) }))
    expect([...idle.dataSync()]).toEqual([1, 2])
    idle.dispose()
    model.dispose()
  })
})
