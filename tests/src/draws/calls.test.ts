/**
 * Law: within one call of a public function (and over a run of `fit`) no row of a key's stream is drawn twice, and each item
 * of a batch gets draws of its own. @module
 */
import { useBackend } from '@gen/backend'
import { engine } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { rows } from './call.ts'
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

describe.each([...familyCalls, ...partCalls])('$name', ({ prepare, beyondRows = false }) => {
  it('draws every row of a key once', async () => {
    const { run, free } = await prepare()
    // What the call returns is nobody's here.
    engine().startScope()
    const drawn = await watch(run)
    engine().endScope()
    free?.()
    expect(repeats(drawn)).toEqual([])
    if (!beyondRows) expect(shared(drawn, rows)).toEqual([])
  })
})
