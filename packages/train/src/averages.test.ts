import { key, useBackend } from '@gen/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { powerOf } from './averages/power-average.ts'
import { emaDecay } from './ema.ts'
import { fit } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import { collect } from './fixtures/events.ts'
import { game, lawBatches, poisoned, regression } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { sgd } from './optimizers/sgd.ts'

const base = { steps: 5, optimizer: sgd({ learningRate: 0.1 }), key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
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

  it('by a power of time weigh each step by its part of the density', async () => {
    const [plain, averaged] = [regression({ noise: 0.1 }), regression({ noise: 0.1 })]
    const power = powerOf(0.1) + 1
    const seen: Float32Array[] = []
    const reference = fit(plain, lawBatches(), base)
    for await (const event of fit(averaged, lawBatches(), { ...base, ema: { width: 0.1 } })) {
      if (event.type !== 'step') continue
      await reference.next()
      seen.push(plain.weight.dataSync<'float32'>().slice())
    }
    const share = (s: number) => ((s + 1) ** power - s ** power) / seen.length ** power
    const expected = seen[0]!.map((_, i) => seen.reduce((sum, weights, s) => sum + share(s) * weights[i]!, 0))
    expect(averaged.weight.dataSync()).toBeAllClose(expected, { atol: 1e-6 })
    await reference.return()
    plain.dispose()
    averaged.dispose()
  })

  it.each([0, -0.1, 0.3, Number.NaN])('are refused with a width of %f', (width) => {
    const model = regression()
    expect(() => fit(model, lawBatches(), { ...base, ema: { width } })).toThrow('train.fit: expected ema width')
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
