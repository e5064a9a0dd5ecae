import { key, uniformArray } from '@gen/backend'
import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fixture, uniform } from '../testing.ts'
import { calibrationError } from './calibration.ts'

describe('calibrationError', () => {
  it('equals torchmetrics', () => {
    const { calibration } = fixture<{ calibration: { l1: number; max: number } }>('features')
    const onReal = uniform(8, 300).map(Math.sqrt)
    const onFake = uniform(9, 200).map((value) => value ** 1.5)
    const { value, maximum, samples } = calibrationError(onReal, onFake, { bins: 10 })
    expect([value, maximum]).toBeAllClose([calibration.l1, calibration.max], { rtol: 1e-10 })
    expect(samples).toEqual({ real: 300, fake: 200 })
  })

  it('is small for the optimal discriminator, large for one that is too sure', () => {
    const u = uniformArray(key(0), 4000, 2)
    // p(x) = 2x and q(x) = 2(1 − x) on [0, 1]: D(x) = p/(p + q) = x.
    const real = Array.from({ length: 4000 }, (_, i) => Math.sqrt(u[2 * i]!))
    const fake = Array.from({ length: 4000 }, (_, i) => 1 - Math.sqrt(u[2 * i + 1]!))
    const sure = (values: number[]) => values.map((d) => d ** 4 / (d ** 4 + (1 - d) ** 4))
    const optimal = calibrationError(real, fake)
    expect(optimal.value).toBeLessThan(0.02)
    expect(calibrationError(sure(real), sure(fake)).value).toBeGreaterThan(0.1)
    expect(optimal.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(8000)
  })

  it('is 1 for a discriminator that is always wrong, 0 for one always right', () => {
    expect(calibrationError([0, 0], [1, 1])).toMatchObject({ value: 1, maximum: 1 })
    expect(calibrationError([1, 1], [0, 0]).value).toBe(0)
  })

  it('puts edges into the bin above, and 1 into the last', () => {
    const { bins } = calibrationError([0.7, 0.1, 1], [0.3, 0.6], { bins: 10 })
    expect(bins.map((bin) => bin.count)).toEqual([0, 1, 0, 1, 0, 0, 1, 1, 0, 1])
  })

  it('takes tensors, and refuses logits', () => {
    const d = tensor1d([0.2, 3])
    expect(() => calibrationError(d, [0.5])).toThrow('expected real within [0, 1], got 3; apply sigmoid')
    expect(() => calibrationError([0.5], [])).toThrow('expected fake with at least 1 probability')
    expect(() => calibrationError([0.5, Number.NaN], [0.1])).toThrow('got NaN at 1')
    d.dispose()
  })
})
