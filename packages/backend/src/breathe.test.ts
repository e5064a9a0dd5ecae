import { afterEach, describe, expect, it, vi } from 'vitest'
import { breather } from './breathe.ts'

afterEach(() => vi.restoreAllMocks())

describe('breather', () => {
  it('gives the event loop a turn when the last one is a frame ago, and only then', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const breathe = breather()
    let turns = 0
    setImmediate(() => turns++)
    clock.mockReturnValue(15)
    await breathe()
    expect(turns).toBe(0)
    clock.mockReturnValue(17)
    await breathe()
    expect(turns).toBe(1)
    setImmediate(() => turns++)
    clock.mockReturnValue(32)
    await breathe()
    expect(turns).toBe(1)
  })
})
