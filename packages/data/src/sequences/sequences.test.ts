/** Laws over all worlds with known answers. */
import { GenError, key } from '@gen/backend'
import { add, concat, dispose, memory, mul, slice, split, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { imageDataset } from '../sets/image-dataset.ts'
import { bouncingBall, movingDigits, type World, walkerGrid } from './index.ts'

/** Two different pictures of 6 × 6. */
const pixels = Uint8Array.from({ length: 72 }, (_, i) => (i < 36 ? (i * 37) % 256 : (i * i) % 256))
const digits = imageDataset({ pixels, shape: [6, 6, 1] })

const worlds: [name: string, world: World][] = [
  ['walker', walkerGrid()],
  [
    'walker of pixels, some moves never',
    walkerGrid({ cells: 5, scale: 1, odds: { stay: 0, up: 0.5, down: 0, left: 0.25, right: 0.25 } }),
  ],
  ['ball', bouncingBall()],
  ['ball of two by two', bouncingBall({ cells: 2, left: 0.5 })],
  ['ball that only turns right', bouncingBall({ cells: 3, left: 0, scale: 6 })],
  ['digits', movingDigits({ digits, cells: 4, step: 2 })],
]

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

describe.each(worlds)('%s', (_, world) => {
  const states = numbers(world.states)

  it('has odds that add up to 1, over frames and states that are', () => {
    for (const state of states) {
      const outcomes = world.next(state)
      expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12)
      expect(new Set(outcomes.map(({ frame }) => frame)).size).toBe(outcomes.length)
      for (const { state: to, frame, probability } of outcomes) {
        expect(probability).toBeGreaterThan(0)
        expect(to).toBeLessThan(world.states)
        // What follows shows where it went, and where it was.
        expect(world.past(to).at(-1)).toBe(frame)
        if (world.past(to).length > 1) expect(world.past(to).at(-2)).toBe(world.past(state).at(-1))
      }
    }
    expect(new Set(states.map((state) => world.past(state).join())).size).toBe(world.states)
  })

  it('names every frame of every thing, and their past in the questions', async () => {
    for (const thing of numbers(Math.min(2, world.things))) {
      const frames = numbers(world.frames)
      const things = frames.map(() => thing)
      const drawn = world.draw(frames, things)
      expect(drawn.shape).toEqual([world.frames, ...world.shape])
      expect(await world.name(drawn, things)).toEqual(frames)
      const asked = world.ask(
        states,
        states.map(() => thing),
      )
      expect(asked.shape).toEqual([world.states, ...world.conditionShape])
      for (let channel = 0; channel < world.conditionShape[2]; channel++) {
        const one = slice(asked, [0, 0, 0, channel], [-1, -1, -1, 1]) as Tensor4D
        const named = await world.name(
          one,
          states.map(() => thing),
        )
        expect(named).toEqual(states.map((state) => world.past(state)[channel]))
        one.dispose()
      }
      dispose([drawn, asked])
    }
  })

  it('names the mean of what may come "none", and what is near a frame by that frame', async () => {
    const forked = states.filter((state) => Math.max(...world.next(state).map(({ probability }) => probability)) < 0.6)
    for (const state of forked.slice(0, 12)) {
      const outcomes = world.next(state)
      const drawn = world.draw(outcomes.map(({ frame }) => frame))
      const weights = outcomes.map(({ probability }) => [[[probability]]])
      const [average, near] = tidy(() => {
        const parts = split(mul(drawn, weights), outcomes.length)
        return [parts.reduce((sum, part) => add(sum, part)), mul(slice(drawn, 0, 1), 0.9)] as [Tensor4D, Tensor4D]
      })
      expect(await world.name(average)).toEqual(['none'])
      expect(await world.name(near)).toEqual([outcomes[0]!.frame])
      dispose([drawn, average, near])
    }
  })

  it('draws what comes next at the exact odds: χ² over all states, at a fixed key', () => {
    const count = 60_000
    const { states: from, frames } = world.items(count, key(4))
    const seen = new Map<string, number>()
    const totals = new Map<number, number>()
    from.forEach((state, i) => {
      totals.set(state, (totals.get(state) ?? 0) + 1)
      seen.set(`${state} ${frames[i]}`, (seen.get(`${state} ${frames[i]}`) ?? 0) + 1)
    })
    let [chi2, freedom] = [0, 0]
    let accounted = 0
    for (const state of states) {
      const total = totals.get(state) ?? 0
      chi2 += (total - count / world.states) ** 2 / (count / world.states)
      const outcomes = world.next(state)
      freedom += outcomes.length - 1
      for (const { frame, probability } of outcomes) {
        const found = seen.get(`${state} ${frame}`) ?? 0
        accounted += found
        chi2 += (found - total * probability) ** 2 / (total * probability)
      }
    }
    freedom += world.states - 1
    expect(accounted).toBe(count)
    expect(Math.abs(chi2 - freedom) / Math.sqrt(2 * freedom)).toBeLessThan(4)
  })

  it('gives the same items for the same key, each by its number alone', () => {
    const whole = world.items(8, key(1))
    const part = world.items(3, key(1), { offset: 5 })
    expect(part.states).toEqual(whole.states.slice(5))
    expect(part.frames).toEqual(whole.frames.slice(5))
    expect(world.items(8, key(2))).not.toEqual(whole)
    tidy(() => {
      const items = world.dataset(8, key(1))
      const [first, second] = [items.take([5, 6, 7]), world.batches({ size: 4, key: key(1) }).at(1)]
      expect([...items.take([4, 5, 6, 7]).x.dataSync()]).toEqual([...second.x.dataSync()])
      expect([...first.labels!.dataSync()]).toEqual(whole.states.slice(5))
      const { context } = first.condition
      expect([...context.dataSync()]).toEqual([...world.ask(part.states, part.things).dataSync()])
      expect(items.classes).toBe(world.states)
      const shown = concat([first.x, context], 3)
      expect(shown.shape).toEqual([3, ...world.shape.slice(0, 2), 1 + world.conditionShape[2]])
    })
  })

  it('refuses what is no state, frame, thing or image, and leaves nothing', async () => {
    const before = memory().numTensors
    expect(() => world.next(world.states)).toThrow(/expected a state from 0 to \d+, got \d+/)
    expect(() => world.past(-1)).toThrow(GenError)
    expect(() => world.draw([0.5])).toThrow(/a frame from 0/)
    expect(() => world.draw([0], [world.things])).toThrow(/a thing from 0/)
    expect(() => world.ask([0], [-1])).toThrow(/a thing from 0/)
    expect(() => world.items(0, key(0))).toThrow(/count/)
    expect(() => world.batches({ size: 0, key: key(0) })).toThrow(/size/)
    expect(() => world.dataset(4, 3 as never)).toThrow(/key/)
    const drawn = world.draw([0, 0])
    await expect(world.name(drawn, [0])).rejects.toThrow(/expected images of shape/)
    drawn.dispose()
    expect(memory().numTensors).toBe(before)
  })
})

describe('options', () => {
  it.each([
    [() => walkerGrid({ cells: 1 }), /data\.walkerGrid: expected cells an integer ≥ 2|cells/],
    [
      () => walkerGrid({ odds: { stay: 0.5, up: 0.5, down: 0.5, left: 0, right: 0 } }),
      /odds that add up to 1, got 1\.5/,
    ],
    [() => walkerGrid({ odds: { stay: 2, up: -1, down: 0, left: 0, right: 0 } }), /odds\.stay/],
    [() => bouncingBall({ left: 1.5 }), /data\.bouncingBall: .*left/],
    [() => bouncingBall({ scale: 0 }), /scale/],
    [() => movingDigits({ digits: walkerGrid().dataset(3, key(0)), step: 0 }), /step/],
    [
      () => movingDigits({ digits: imageDataset({ pixels, shape: [6, 4, 3] }) }),
      /square gray images \[side, side, 1\], got \[6, 4, 3\]/,
    ],
  ] as const)('that are none are refused: %s', (act, message) => {
    expect(act).toThrow(message)
    expect(act).toThrow(GenError)
  })

  it('set the odds: a walker’s at the border are those of staying too, a ball’s at a wall those of turning', () => {
    const walker = walkerGrid({ cells: 4 })
    const probabilities = Object.fromEntries(walker.next(0).map(({ frame, probability }) => [frame, probability]))
    expect(probabilities[0]).toBeCloseTo(0.1 + 0.1 + 0.2, 12)
    expect(probabilities[1]).toBeCloseTo(0.4, 12)
    expect(probabilities[4]).toBeCloseTo(0.2, 12)
    const ball = bouncingBall({ cells: 4, left: 0.3 })
    const at = (...past: number[]) => numbers(ball.states).find((state) => ball.past(state).join() === past.join())!
    // Down to the lower wall: left of its way is to the right of the picture.
    expect(ball.next(at(9, 13))).toMatchObject([
      { frame: 14, probability: 0.3 },
      { frame: 12, probability: 0.7 },
    ])
    expect(ball.next(at(5, 9))).toMatchObject([{ frame: 13, probability: 1 }])
    // In the lower right corner, from the left.
    expect(ball.next(at(14, 15))).toMatchObject([{ frame: 11, probability: 1 }])
  })
})
