import { memory, zeros } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { sampleCost } from './cost.ts'

describe('sampleCost', () => {
  it('is seconds times watts, without the warm-up', async () => {
    let now = 0
    const takes = [9000, 1000, 3000]
    const generate = () => {
      now += takes.shift()!
      return zeros([4, 2])
    }
    const before = memory().numTensors
    const options = { count: 4, watts: 60, repeats: 2, gramsPerKilowattHour: 250, clock: () => now }
    const cost = await sampleCost(generate, options)
    expect(memory().numTensors).toBe(before)
    // 1 s and 3 s for 4 samples: 0.25 s and 0.75 s each.
    expect(cost).toMatchObject({ secondsPerSample: 0.5, value: 30, standardError: 15, samples: { fake: 8 } })
    expect(cost.kilowattHoursPerThousand).toBeCloseTo(30000 / 3.6e6, 15)
    expect(cost.gramsPerThousand).toBeCloseTo((250 * 30000) / 3.6e6, 12)
  })

  it('refuses free energy', async () => {
    await expect(sampleCost(() => zeros([1]), { count: 1, watts: 0 })).rejects.toThrow('expected watts a number > 0')
    await expect(sampleCost(() => zeros([1]), { count: 0, watts: 5 })).rejects.toThrow('expected count')
  })
})
