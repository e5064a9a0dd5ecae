import { key, useBackend } from '@gen/backend'
import {
  dispose,
  div,
  mean,
  memory,
  type Scalar,
  scalar,
  square,
  type Tensor2D,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adamW } from './adam.ts'
import { emaDecay } from './ema.ts'
import type { FitEvent, StepEvent } from './events.ts'
import { fit } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import { game, lawBatches, regression, type ToyBatch, weightOf } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import type { Batches, Trainable } from './player.ts'
import { sgd } from './sgd.ts'

const base = { steps: 5, optimizer: sgd({ learningRate: 0.1 }), key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
})

async function collect(events: AsyncIterable<FitEvent>): Promise<FitEvent[]> {
  const all: FitEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const stepsOf = (events: FitEvent[]) => events.filter((event): event is StepEvent => event.type === 'step')

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

describe('averaged weights', () => {
  it('follow the recursion, are shown while a sample event is out and after the end, and never enter the training', async () => {
    const [plain, averaged] = [regression({ noise: 0.1 }), regression({ noise: 0.1 })]
    let expected = Float64Array.from(plain.weight.dataSync())
    const reference = fit(plain, lawBatches(), base)
    const options: FitOptions = { ...base, ema: { decay: 0.9, warmup: 4 }, sampleEvery: 2 }
    let samples = 0
    for await (const event of fit(averaged, lawBatches(), options)) {
      if (event.type === 'step') {
        await reference.next()
        const raw = plain.weight.dataSync()
        expect([...averaged.weight.dataSync()]).toEqual([...raw])
        const decay = Math.min(0.9, event.step / (3 + event.step))
        expected = expected.map((old, i) => decay * old + (1 - decay) * raw[i]!)
      } else {
        expect(averaged.weight.dataSync()).toBeAllClose(expected, { atol: 1e-6 })
        if (event.type === 'sample') samples++
      }
    }
    expect(samples).toBe(2)
    expect(averaged.weight.dataSync()).toBeAllClose(expected, { atol: 1e-6 })
    await reference.return()
    plain.dispose()
    averaged.dispose()
  })

  it('stay in the variables after a break, and leave the raw ones after an error', async () => {
    const model = regression()
    const options = { ...base, ema: { decay: 0.999, warmup: 1 } }
    const before = [...model.weight.dataSync()]
    for await (const event of fit(model, lawBatches(), options)) if (event.step === 2) break
    expect(model.weight.dataSync()).toBeAllClose(before, { atol: 5e-3 })
    const raw = [...model.weight.dataSync()]
    const failing = collect(fit(model, poisoned(1, Number.NaN), { ...options, sampleEvery: 1 }))
    await expect(failing).rejects.toThrow('batch 1')
    const moved = Math.hypot(...[...model.weight.dataSync()].map((value, i) => value - raw[i]!))
    expect(moved).toBeGreaterThan(0.05)
    model.dispose()
  })

  it('can be those of one player', async () => {
    const model = game()
    const start = [...model.all[1]!.dataSync()]
    const ema = { decay: 0.9999, warmup: 1, players: ['follower'] }
    await last(fit(model, lawBatches(), { ...base, ema }))
    expect(model.all[1]!.dataSync()).toBeAllClose(start, { atol: 1e-2 })
    expect(Math.abs(model.all[0]!.dataSync()[0]!)).toBeGreaterThan(0.05)
    model.dispose()
  })

  it('warm up', () => {
    expect(emaDecay({ decay: 0.999, warmup: 10 }, 0)).toBeCloseTo(0.1)
    expect(emaDecay({ decay: 0.999, warmup: 10 }, 90)).toBeCloseTo(0.91)
    expect(emaDecay({ decay: 0.999, warmup: 10 }, 1e6)).toBe(0.999)
    expect(emaDecay({ decay: 0.999, warmup: 1 }, 0)).toBe(0.999)
  })
})

/** The law's batches, but one holds a bad number in its second row. */
function poisoned(index: number, value: number): Batches<ToyBatch> {
  const source = lawBatches()
  return {
    async at(i) {
      const batch = await source.at(i)
      if (i !== index) return batch
      const rows = batch.x.arraySync()
      rows[1]![2] = value
      batch.x.dispose()
      return { ...batch, x: tensor2d(rows) }
    },
  }
}

describe('numbers that are not finite', () => {
  it('in a batch are named before anything is trained on them', async () => {
    const model = regression()
    let step = 0
    let weights: number[] = []
    const run = async () => {
      for await (const event of fit(model, poisoned(3, Number.NaN), base)) {
        step = event.step
        weights = [...model.weight.dataSync()]
      }
    }
    await expect(run()).rejects.toMatchObject({
      code: 'non-finite',
      message: 'train.fit: expected finite numbers in batch 3, got NaN at x[1, 2]; clean the data',
      details: { batch: 3, tensor: 'x', at: [1, 2] },
    })
    expect(step).toBe(3)
    expect([...model.weight.dataSync()]).toEqual(weights)
    model.dispose()
  })

  it('are named even where the loss does not see them', async () => {
    const model = regression()
    const [player] = model.players
    const blind: Trainable<ToyBatch> = {
      players: [{ ...player!, loss: () => ({ total: mean(square(model.weight)) as Scalar }) }],
    }
    await expect(last(fit(blind, poisoned(0, Number.NEGATIVE_INFINITY), base))).rejects.toThrow(
      'batch 0, got -Infinity',
    )
    model.dispose()
  })

  it('in a loss stop the run with step, player and largest gradient, and change nothing', async () => {
    const model = regression()
    const failing = last(fit(model, lawBatches(), { ...base, steps: 1000, optimizer: sgd({ learningRate: 1e6 }) }))
    const error = await failing.catch((reason) => reason)
    expect(error.code).toBe('non-finite')
    expect(error.message).toMatch(
      /^train\.fit: expected finite losses and gradients of player regression at step \d+, got total \S+ and gradient norm \S+, the largest gradient regression\/\d \(\S+\) with norm \S+; lower the learning rate or pass clipNorm: 1$/,
    )
    expect(error.details.step).toBeGreaterThan(1)
    for (const value of [...model.weight.dataSync(), ...model.bias.dataSync()]) expect(value).toSatisfy(Number.isFinite)
    model.dispose()
  })

  it('put the state of a player back as it was', async () => {
    const model = game()
    const [leader, follower] = model.players
    const bad: Trainable<ToyBatch> = {
      players: [
        { ...leader!, loss: (batch, k) => ({ total: div(leader!.loss(batch, k).total, 0) as Scalar }) },
        follower!,
      ],
    }
    await expect(last(fit(bad, lawBatches(), base))).rejects.toThrow('player leader at step 1')
    expect(model.all[2]!.dataSync()[0]).toBe(0)
    model.dispose()
  })
})

describe('a run that stops early', () => {
  it('ends with the step at hand when it is aborted', async () => {
    const model = regression()
    const controller = new AbortController()
    const types: string[] = []
    for await (const event of fit(model, lawBatches(), { ...base, signal: controller.signal })) {
      types.push(event.type === 'end' ? event.reason : `${event.type} ${event.step}`)
      if (event.step === 2) controller.abort()
    }
    expect(types).toEqual(['step 1', 'step 2', 'aborted'])
    model.dispose()
  })

  it('lets timers and signals through', async () => {
    const model = regression()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    const { reason } = await last(fit(model, lawBatches(), { ...base, steps: 1e7, signal: controller.signal }))
    expect(reason).toBe('aborted')
    model.dispose()
  })

  it.each(['break', 'throw'])('keeps no tensor after a %s, at any event', async (way) => {
    for (let stop = 1; stop <= 8; stop++) {
      const model = regression()
      const before = memory().numTensors
      let seen = 0
      const consume = async () => {
        const options = { ...base, steps: 4, optimizer: adamW(), ema: 0.9, sampleEvery: 1 }
        for await (const _event of fit(model, lawBatches(), options)) {
          if (++seen < stop) continue
          if (way === 'throw') throw new Error('enough')
          break
        }
      }
      if (way === 'throw') await expect(consume()).rejects.toThrow('enough')
      else await consume()
      expect(memory().numTensors).toBe(before)
      model.dispose()
    }
  })

  it('keeps no tensor and no tape when the loss throws, and passes the error on', async () => {
    const model = regression()
    const [player] = model.players
    let calls = 0
    const faulty: Trainable<ToyBatch> = {
      players: [
        {
          ...player!,
          loss(batch, k) {
            const losses = player!.loss(batch, k)
            if (++calls === 3) throw new Error('broken loss')
            return losses
          },
        },
      ],
    }
    const before = memory().numTensors
    await expect(last(fit(faulty, lawBatches(), { ...base, accumulate: 2, ema: 0.9 }))).rejects.toThrow('broken loss')
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })

  it('does nothing until it is iterated', () => {
    const model = regression()
    const before = memory().numTensors
    fit(model, lawBatches(), { ...base, ema: 0.9 })
    expect(memory().numTensors).toBe(before)
    model.dispose()
  })
})

describe('what cannot be trained is refused with a name and a remedy', () => {
  const refused = (change: Partial<FitOptions>, model: Trainable<ToyBatch> = game()) => {
    const attempt = () => fit(model, lawBatches(), { ...base, ...change })
    return { attempt, free: () => 'dispose' in model && (model as ReturnType<typeof game>).dispose() }
  }

  it.each<[string, Partial<FitOptions>, string]>([
    ['steps', { steps: -1 }, 'expected steps'],
    ['clipNorm', { clipNorm: 0 }, 'expected clipNorm'],
    ['accumulate', { accumulate: 0 }, 'expected accumulate'],
    ['ema', { ema: 1 }, 'expected ema decay'],
    ['ema of a stranger', { ema: { decay: 0.9, players: ['nobody'] } }, 'expected ema players among leader, follower'],
    ['an optimizer too few', { optimizer: { leader: sgd() } }, 'expected one optimizer for each of leader, follower'],
    ['resume from nowhere', { resume: true }, 'expected checkpoints with resume'],
  ])('%s', (_name, change, message) => {
    const { attempt, free } = refused(change)
    expect(attempt).toThrow(message)
    free()
  })

  it('no players, two of one name, none of a name, no variables', () => {
    const { attempt, free } = refused({}, { players: [] })
    expect(attempt).toThrow('expected players of different names')
    const model = game()
    const [leader] = model.players
    expect(refused({}, { players: [leader!, leader!] }).attempt).toThrow('got leader, leader')
    expect(refused({}, { players: [{ ...leader!, name: 'a/b' }] }).attempt).toThrow('got a/b')
    expect(refused({}, { players: [{ ...leader!, variables: () => [] }] }).attempt).toThrow(
      'player leader to have variables',
    )
    model.dispose()
    free()
  })

  it('losses that are not scalars, or not there', async () => {
    const model = regression()
    const [player] = model.players
    const wrong = (losses: () => object): Trainable<ToyBatch> => ({
      players: [{ ...player!, loss: () => losses() as { total: Scalar } }],
    })
    const perSample = wrong(() => ({ total: scalar(1), each: tensor1d([1, 2]) }))
    await expect(last(fit(perSample, lawBatches(), base))).rejects.toThrow('loss each of player regression')
    await expect(
      last(
        fit(
          wrong(() => ({ loss: scalar(1) })),
          lawBatches(),
          base,
        ),
      ),
    ).rejects.toThrow('a loss called total')
    model.dispose()
  })

  it('batches that are given twice', async () => {
    const model = regression()
    const only = await lawBatches().at(0)
    await expect(last(fit(model, { at: () => only }, base))).rejects.toThrow(
      'train.fit: expected batch 1 of new tensors, got a disposed x',
    )
    model.dispose()
  })

  it('what the model itself refuses, before the first step', async () => {
    const model = regression()
    const [player] = model.players
    const seen: Tensor2D[] = []
    const picky: Trainable<ToyBatch> = {
      players: [
        {
          ...player!,
          async check({ x }) {
            seen.push(x)
            throw new Error('not this data')
          },
        },
      ],
    }
    await expect(last(fit(picky, lawBatches(), base))).rejects.toThrow('not this data')
    expect(seen).toHaveLength(1)
    model.dispose()
  })
})
