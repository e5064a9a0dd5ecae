import { key, useBackend } from '@gen/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from './checkpoints/memory-store.ts'
import { fingerprint } from './fingerprint.ts'
import { fit } from './fit.ts'
import type { FitOptions } from './fit-options.ts'
import { game, lawBatches } from './fixtures/toy-models.ts'
import { last } from './last.ts'
import { adam } from './optimizers/adam.ts'

beforeAll(() => useBackend('cpu'))

const base: FitOptions = { steps: 6, optimizer: adam({ learningRate: 0.1 }), key: key(1) }

/** The players' weights after a game, and the names of the players with losses in each step. */
async function play(options: FitOptions) {
  const model = game()
  const seen: string[] = []
  try {
    for await (const event of fit(model, lawBatches(), options)) {
      if (event.type === 'step') seen.push(Object.keys(event.losses).join())
    }
    const [leader, follower] = model.all.map((variable) => [...variable.dataSync()])
    return { seen, leader, follower, bits: await fingerprint(model) }
  } finally {
    model.dispose()
  }
}

describe('a player that sits out', () => {
  it('keeps its weights and has no losses, while the other plays on', async () => {
    const start = await play({ ...base, steps: 0 })
    const alone = await play({ ...base, playing: () => ['leader'] })
    expect(alone.follower).toEqual(start.follower)
    expect(alone.leader).not.toEqual(start.leader)
    expect(alone.seen).toEqual(Array(6).fill('leader'))
  })

  it('does not change what the others draw', async () => {
    const asked: number[] = []
    const { at } = lawBatches()
    const watched = {
      at: (index: number) => {
        asked.push(index)
        return at(index)
      },
    }
    const model = game()
    const playing = (step: number) => (step === 0 ? ['leader', 'follower'] : ['follower'])
    await last(fit(model, watched, { ...base, steps: 3, playing }))
    model.dispose()
    // A round has two batches of the leader and one of the follower, played or not.
    expect(asked).toEqual([0, 1, 2, 5, 8])
  })

  it('begins as a fresh one: its optimizer counts updates, not rounds', async () => {
    // Adam's first update moves each weight by the rate, however large the gradient is, if it is counted as the first.
    const before = await play({ ...base, steps: 0 })
    const late = await play({ ...base, steps: 51, playing: (step) => (step < 50 ? ['leader'] : ['follower']) })
    const moved = late.follower!.map((value, i) => Math.abs(value - before.follower![i]!))
    expect(moved).toBeAllClose([0.1, 0.1], { rtol: 1e-4 })
  })

  it('is known to a resumed run', async () => {
    const playing = (step: number) => (step % 3 === 0 ? ['follower'] : ['leader', 'follower'])
    const whole = await play({ ...base, playing })
    const store = memoryStore()
    const model = game()
    const controller = new AbortController()
    const checkpoints = { store, every: 100 }
    for await (const { step } of fit(model, lawBatches(), {
      ...base,
      playing,
      checkpoints,
      signal: controller.signal,
    })) {
      if (step === 4) controller.abort()
    }
    model.dispose()
    expect((await play({ ...base, playing, checkpoints, resume: true })).bits).toBe(whole.bits)
    await expect(play({ ...base, checkpoints, resume: { step: 4 } })).rejects.toThrow(
      /expected playing .* as in the checkpoint/,
    )
  })

  it('must be a player', async () => {
    await expect(play({ ...base, playing: () => ['nobody'] })).rejects.toThrow(
      /train\.fit: expected playing to give names among leader, follower, got nobody for step/,
    )
  })
})
