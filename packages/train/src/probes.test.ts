import { key, useBackend } from '@gen/backend'
import { beforeAll, expect, it } from 'vitest'
import { configOf, planOf } from './fit-options.ts'
import { lawBatches, regression } from './fixtures/toy-models.ts'
import { sgd } from './optimizers/sgd.ts'
import type { RateSchedule } from './schedule.ts'

beforeAll(() => useBackend('cpu'))

it.each([0, 1, 10, 100, 1000, 10_000, 100_000])('two schedules that differ at step %i are two configurations', (at) => {
  const model = regression()
  const config = (learningRate: RateSchedule) =>
    configOf(planOf(model, lawBatches(), { steps: 1, optimizer: sgd({ learningRate }), key: key(0) }), 1)
  expect(config((step) => (step === at ? 2 : 1))).not.toEqual(config(() => 1))
  expect(config(() => 1)).toEqual(config(() => 1))
  model.dispose()
})
