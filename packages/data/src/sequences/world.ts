/** Worlds whose next frame has a known distribution: what a model answers can be counted. @module */
import { assertInteger, assertKey, assertShape, type Key, refusal, uniformArray } from '@gen/backend'
import type { Dataset, SyncBatches } from '@gen/model'
import { type Tensor4D, tensor1d, tensor4d } from '@tensorflow/tfjs-core'
import { dataset } from '../sets/dataset.ts'
import type { PairedBatch } from '../sets/paired.ts'
import { type Canvas, drawAt, namer, type Sprite } from './canvas.ts'
import type { Chain, Outcome } from './chain.ts'

/** Something moves over the places of a grid, and sometimes it is left to chance where it goes. */
export interface World {
  /** Shape of a frame: `[side, side, 1]`. */
  readonly shape: readonly [height: number, width: number, channels: number]
  /** Shape of a question: the frames of the past as channels, oldest first. */
  readonly conditionShape: readonly [height: number, width: number, frames: number]
  /** How many states there are; items are labeled by the state that the question shows. */
  readonly states: number
  /** How many different frames there are, one for each place of the grid, row by row. */
  readonly frames: number
  /** How many different things move; which one is said by their numbers, 0 unless told. */
  readonly things: number
  /**
   * The exact distribution of what follows a state.
   *
   * @throws GenError `range` for what is no state.
   */
  next(state: number): readonly Outcome[]
  /**
   * The frames that show a state, oldest first.
   *
   * @throws GenError `range` for what is no state.
   */
  past(state: number): readonly number[]
  /**
   * Draws frames, `[n, side, side, 1]` in [0, 1].
   *
   * @throws GenError `range` for what is no frame or thing.
   */
  draw(frames: readonly number[], things?: readonly number[]): Tensor4D
  /**
   * Draws questions, `[n, side, side, past]` in [0, 1].
   *
   * @throws GenError `range` for what is no state or thing.
   */
  ask(states: readonly number[], things?: readonly number[]): Tensor4D
  /**
   * Names the frame that each image shows: the one that lies within a third of the distance between neighboring frames; an image
   * that shows none, such as the mean of two frames, is 'none'.
   *
   * @throws GenError `shape` for other images, `range` for what is no thing.
   */
  name(images: Tensor4D, things?: readonly number[]): Promise<(number | 'none')[]>
  /** What is in the items of `dataset` and `batches`: item i depends only on (key, offset + i). */
  items(count: number, key: Key, options?: { offset?: number }): WorldItems
  /** Endless batches of fresh items: any state, and what followed it. */
  batches(options: { size: number; key: Key }): SyncBatches<PairedBatch>
  /** A dataset of `count` items. */
  dataset(count: number, key: Key): Dataset<PairedBatch>
}

/** Items by their numbers. */
export interface WorldItems {
  readonly states: readonly number[]
  /** The frame that came next. */
  readonly frames: readonly number[]
  readonly things: readonly number[]
}

/** What {@link worldOf} makes a world of. */
export interface WorldParts {
  /** The function that makes the world, for errors: `data.walkerGrid`. */
  readonly where: string
  readonly chain: Chain
  readonly canvas: Canvas
  readonly things: number
  /** Pictures of things. */
  sprites(things: readonly number[]): readonly Sprite[]
}

/** Makes a world. */
export function worldOf(parts: WorldParts): World {
  const { where, chain, canvas, things, sprites } = parts
  const { side, cells } = canvas
  const past = chain.past(0).length
  const bounds = { state: chain.states, frame: cells * cells, thing: things }
  const check = (what: keyof typeof bounds, numbers: readonly number[]) =>
    assertNumbers(where, what, numbers, bounds[what])
  const spritesOf = (list: readonly number[]) => {
    check('thing', list)
    return sprites(list)
  }
  const zeros = (n: number) => Array<number>(n).fill(0)
  const drawRows = (rows: readonly (readonly number[])[], list: readonly number[], channels: number): Tensor4D => {
    const values = new Float32Array(rows.length * side * side * channels)
    spritesOf(list).forEach((sprite, i) => {
      rows[i]!.forEach((frame, channel) => {
        drawAt(canvas, sprite, frame, { into: values, at: i * side * side * channels + channel, channels })
      })
    })
    return tensor4d(values, [rows.length, side, side, channels])
  }
  const world: World = {
    shape: [side, side, 1],
    conditionShape: [side, side, past],
    states: chain.states,
    frames: cells * cells,
    things,
    next: (state) => {
      check('state', [state])
      return chain.next(state)
    },
    past: (state) => {
      check('state', [state])
      return chain.past(state)
    },
    draw: (frames, list = zeros(frames.length)) => {
      check('frame', frames)
      return drawRows(
        frames.map((frame) => [frame]),
        list,
        1,
      )
    },
    ask: (states, list = zeros(states.length)) => {
      check('state', states)
      return drawRows(
        states.map((state) => chain.past(state)),
        list,
        past,
      )
    },
    name: async (images, list = zeros(images.shape[0])) => {
      assertShape(where, 'images', images, [list.length, side, side, 1])
      const values = await images.data<'float32'>()
      const area = side * side
      return spritesOf(list).map(
        (sprite, i) => namer(canvas, sprite)(values.subarray(i * area, (i + 1) * area)) ?? 'none',
      )
    },
    items: (count, key, { offset = 0 } = {}) => {
      assertInteger(where, 'count', count, { min: 1 })
      assertInteger(where, 'offset', offset, { min: 0 })
      return itemsOf(parts, uniformArray(key, count, 3, { offset }))
    },
    batches: ({ size, key }) => {
      assertInteger(where, 'size', size, { min: 1 })
      assertKey(where, 'key', key)
      return {
        config: { world: where, states: chain.states, shape: world.shape, things, size, key },
        at: (index) => {
          assertInteger(where, 'index', index, { min: 0 })
          return batchOf(world, world.items(size, key, { offset: index * size }))
        },
      }
    },
    dataset: (count, key) => {
      assertInteger(where, 'count', count, { min: 1 })
      assertKey(where, 'key', key)
      return dataset<PairedBatch>({
        size: count,
        shape: world.shape,
        classes: chain.states,
        take: (indices) => {
          const rows = Array.from(indices, (i) => world.items(1, key, { offset: i }))
          const all = (name: keyof WorldItems) => rows.map((row) => row[name][0]!)
          return batchOf(world, { states: all('states'), frames: all('frames'), things: all('things') })
        },
      })
    },
  }
  return world
}

function batchOf(world: World, { states, frames, things }: WorldItems): PairedBatch {
  return {
    x: world.draw(frames, things),
    labels: tensor1d([...states], 'int32'),
    condition: { image: world.ask(states, things) },
  }
}

/** Of three numbers in [0, 1) each: any state, what follows it, and which thing it is. */
function itemsOf({ chain, things }: WorldParts, us: Float32Array): WorldItems {
  const rows = Array.from({ length: us.length / 3 }, (_, i) => {
    const [forState = 0, forNext = 0, forThing = 0] = us.subarray(3 * i, 3 * i + 3)
    const state = Math.floor(forState * chain.states)
    return { state, frame: chosen(chain.next(state), forNext).frame, thing: Math.floor(forThing * things) }
  })
  return {
    states: rows.map(({ state }) => state),
    frames: rows.map(({ frame }) => frame),
    things: rows.map(({ thing }) => thing),
  }
}

function chosen(outcomes: readonly Outcome[], u: number): Outcome {
  let below = 0
  for (const outcome of outcomes) {
    below += outcome.probability
    if (u < below) return outcome
  }
  return outcomes.at(-1)!
}

function assertNumbers(where: string, what: string, numbers: readonly number[], count: number): void {
  const bad = numbers.find((number) => !Number.isInteger(number) || number < 0 || number >= count)
  if (bad === undefined) return
  throw refusal('range', where, { expected: `a ${what} from 0 to ${count - 1}`, got: bad, details: { [what]: bad } })
}
