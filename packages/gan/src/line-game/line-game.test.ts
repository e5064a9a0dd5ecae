import { key, useBackend } from '@gen/backend'
import { r1 } from '@gen/losses'
import { adam } from '@gen/train'
import { beforeAll, describe, expect, it } from 'vitest'
import { type LineGameState, lineGame } from './line-game.ts'
import { pushForward } from './push-forward.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const small = {
  key: key(0),
  every: 200,
  batchSize: 64,
  widths: [16, 16],
  optimizer: adam({ learningRate: 5e-3, beta1: 0 }),
}

async function play(options: Parameters<typeof lineGame>[0]): Promise<LineGameState[]> {
  const states: LineGameState[] = []
  for await (const state of lineGame(options)) states.push(state)
  return states
}

/** Mean distance of D from ½ where the data are. */
function distanceFromHalf({ data, discriminator }: LineGameState): number {
  const mass = data.reduce((sum, p) => sum + p, 0)
  return data.reduce((sum, p, i) => sum + p * Math.abs(discriminator[i]! - 0.5), 0) / mass
}

/** Half the integral of |p_data − p_g|. */
function totalVariation({ x, data, generated }: LineGameState): number {
  return (data.reduce((sum, p, i) => sum + Math.abs(p - generated[i]!), 0) * (x[1]! - x[0]!)) / 2
}

describe('the game on the line', () => {
  it('ends with p_g at the data and D at ½', async () => {
    const states = await play({ ...small, steps: 400, penalties: [r1({ weight: 0.3 })] })
    const [first, end] = [states[0]!, states.at(-1)!]
    expect(states.map(({ step }) => step)).toEqual([0, 200, 400])
    expect(totalVariation(first)).toBeGreaterThan(0.5)
    expect(totalVariation(end)).toBeLessThan(0.25)
    expect(distanceFromHalf(end)).toBeLessThan(0.03)
  }, 60_000)

  it('shows plain numbers whose relations hold, the same for the same key', async () => {
    const [a, b] = [await play({ ...small, steps: 2, every: 1 }), await play({ ...small, steps: 2, every: 1 })]
    expect(JSON.parse(JSON.stringify(b))).toEqual(JSON.parse(JSON.stringify(a)))
    for (const { x, data, generated, optimum, z, map } of a) {
      expect(z).toHaveLength(map.length)
      const width = x[1]! - x[0]!
      for (const density of [data, generated]) {
        expect(density.reduce((sum, p) => sum + p, 0) * width).toBeCloseTo(1, 3)
      }
      data.forEach((p, i) => {
        if (p + generated[i]! > 1e-9) expect(optimum[i]).toBeCloseTo(p / (p + generated[i]!), 9)
      })
    }
  })
})

describe('what a map makes of a uniform variable', () => {
  it('has density 1/|slope|, twice over where the map folds', () => {
    const places = Array.from({ length: 101 }, (_, i) => i / 100)
    expect(
      pushForward(
        places.map((z) => 2 * z),
        [0, 4],
        8,
      ),
    ).toBeAllClose([0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0], { atol: 1e-9 })
    const folded = pushForward(
      places.map((z) => Math.abs(2 * z - 1)),
      [0, 1],
      4,
    )
    expect(folded).toBeAllClose([1, 1, 1, 1], { atol: 1e-9 })
  })

  it('keeps the mass of a point in one bin', () => {
    expect(pushForward([0.3, 0.3, 0.3], [0, 1], 2)).toEqual([2, 0])
  })
})
