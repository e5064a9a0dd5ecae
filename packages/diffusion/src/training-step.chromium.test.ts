import { useBackend } from '@gen/backend'
import { expect, it } from 'vitest'
import { pinnedLosses, trainingStepLosses } from './fixtures/training-step.ts'

it('on webgpu a training step has the loss that every backend has', async () => {
  const { name } = await useBackend('webgpu')
  expect(name).toBe('webgpu')
  const losses = await trainingStepLosses()
  expect(losses).toHaveLength(2)
  losses.forEach((loss, i) => {
    expect(Math.abs(loss / pinnedLosses[i]! - 1)).toBeLessThan(1e-3)
  })
})
