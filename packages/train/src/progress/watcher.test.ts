import { key, useBackend } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { fit } from '../fit.ts'
import { collect, stepsOf } from '../fixtures/events.ts'
import { lawBatches, regression } from '../fixtures/toy-models.ts'
import { sgd } from '../optimizers/sgd.ts'
import { watcher } from './watcher.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const stuck = { name: 'stuck', message: 'toy: expected a loss above 0.1, got less' }
const player = {
  name: 'toy',
  warnings: ({ total = 0 }: Readonly<Record<string, number>>) => (total < 0.1 ? [stuck] : []),
}
const run = (losses: number[]) => {
  const watch = watcher([player])
  return losses.map((total) => watch({ toy: { total } }).length)
}

describe('warnings', () => {
  it('are asked for after 100 steps, on means that one step does not sway', () => {
    expect(run(Array(120).fill(0)).indexOf(1)).toBe(99)
    expect(run(Array(120).fill(1))).toEqual(Array(120).fill(0))
    expect(run([...Array(150).fill(1), 0, 0, 0])).toEqual(Array(153).fill(0))
    const later = run([...Array(150).fill(1), ...Array(300).fill(0)])
    expect(later.indexOf(1)).toBeGreaterThan(300)
    expect(later.at(-1)).toBe(1)
  })

  it('stand in the step events with the player’s name, as long as they hold', async () => {
    const model = regression()
    const [own] = model.players
    const watched: Trainable<Parameters<NonNullable<typeof own>['loss']>[0]> = {
      players: [{ ...own!, warnings: () => [stuck] }],
    }
    const options = { steps: 102, optimizer: sgd({ learningRate: 0.01 }), key: key(1) }
    const events = stepsOf(await collect(fit(watched, lawBatches(4), options)))
    expect(events[98]!.warnings).toEqual([])
    expect(events[99]!.warnings).toEqual([{ ...stuck, player: own!.name }])
    expect(events[101]!.warnings).toHaveLength(1)
    const silent = stepsOf(await collect(fit(model, lawBatches(4), { ...options, steps: 1 })))
    expect(silent[0]!.warnings).toEqual([])
    model.dispose()
  })
})
