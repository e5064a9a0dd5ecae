import { useBackend } from '@gen/backend'
import { afterAll, describe, expect, it } from 'vitest'
import { pinnedLosses, trainingStepLosses } from './fixtures/training-step.ts'

afterAll(async () => {
  await useBackend('cpu')
})

describe.each(['cpu', 'wasm', 'simd'] as const)('on %s', (backend) => {
  it('a training step has the loss that every backend has', async () => {
    const { name } = await useBackend(backend)
    expect(name).toBe(backend)
    const losses = await trainingStepLosses()
    losses.forEach((loss, i) => {
      expect(Math.abs(loss / pinnedLosses[i]! - 1)).toBeLessThan(1e-4)
    })
    expect(losses).toHaveLength(2)
    expect(await trainingStepLosses()).toEqual(losses)
  })
})
