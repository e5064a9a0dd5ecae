/**
 * Law: within one call of a public function (and over a run of `fit`) no row of a key's stream is drawn twice, and each item
 * of a batch gets draws of its own. @module
 */
import { bernoulli, fold, normal, useBackend } from '@gen/backend'
import { engine, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { k, rows } from './call.ts'
import { familyCalls } from './family-calls.ts'
import { repeats, shared, watch } from './ledger.ts'
import { partCalls } from './part-calls.ts'

vi.mock('../../../packages/backend/src/random/fill.ts', async (original) =>
  (await import('./watched.ts')).fill(original),
)
vi.mock('../../../packages/backend/src/random/permutation.ts', async (original) =>
  (await import('./watched.ts')).permutations(original),
)

beforeAll(async () => {
  // On cpu all numbers pass through the watched functions.
  await useBackend('cpu')
})

it('is told of every draw, and of rows that are drawn twice', async () => {
  const drawn = await watch(() =>
    tidy(() => {
      normal(k, [rows, 2])
      bernoulli(k, [rows, 2], { p: 0.5 })
      normal(fold(k, 0), [rows + 1, 2])
      normal(k, [1, 2], { offset: rows })
    }),
  )
  expect(drawn).toHaveLength(4)
  expect(repeats(drawn)).toHaveLength(1)
  expect(shared(drawn, rows)).toHaveLength(2)
})

describe.each([...familyCalls, ...partCalls])('$name', ({ prepare, beyondRows = false, least = 1 }) => {
  it('draws every row of a key once', async () => {
    const { run, free } = await prepare()
    // What the call returns is nobody's here.
    engine().startScope()
    const drawn = await watch(run)
    engine().endScope()
    free?.()
    expect(drawn.length).toBeGreaterThanOrEqual(least)
    expect(repeats(drawn)).toEqual([])
    if (!beyondRows) expect(shared(drawn, rows)).toEqual([])
  })
})
