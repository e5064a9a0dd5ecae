/** Worlds from their parts. @module */
import { assertInteger, assertKey, assertShape, type Key, refusal, uniformArray } from '@gen/backend'
import { type Tensor4D, tensor1d, tensor4d } from '@tensorflow/tfjs-core'
import { dataset } from '../sets/dataset.ts'
import type { PairedBatch } from '../sets/paired.ts'
import { type Canvas, drawAt, namer, type Sprite } from './canvas.ts'
import type { Chain, Outcome } from './chain.ts'
import type { World, WorldItems } from './world.ts'

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
  const { where, chain, canvas, things } = parts
  const { side, cells } = canvas
  const questions = chain.past(0).length
  const facts = {
    shape: [side, side, 1] as const,
    conditionShape: [side, side, questions] as const,
    states: chain.states,
    frames: cells * cells,
    things,
  }
  const ofState =
    <T>(read: (state: number) => T) =>
    (state: number) => {
      assertNumbers(where, 'state', [state], chain.states)
      return read(state)
    }
  const pictures = {
    draw: (frames: readonly number[], list: readonly number[] = first(frames)) => {
      assertNumbers(where, 'frame', frames, facts.frames)
      return drawRows(parts, { rows: frames.map((frame) => [frame]), things: list, channels: 1 })
    },
    ask: (states: readonly number[], list: readonly number[] = first(states)) => {
      assertNumbers(where, 'state', states, chain.states)
      return drawRows(parts, { rows: states.map((state) => chain.past(state)), things: list, channels: questions })
    },
  }
  return {
    ...facts,
    ...pictures,
    next: ofState(chain.next),
    past: ofState(chain.past),
    name: (images, list = Array<number>(images.shape[0]).fill(0)) => nameAll(parts, images, list),
    ...itemsOf(parts, facts, pictures),
  }
}

/** The first thing for each. */
function first(numbers: readonly number[]): number[] {
  return numbers.map(() => 0)
}

interface Drawing {
  /** Frames of each picture, a channel each. */
  readonly rows: readonly (readonly number[])[]
  readonly things: readonly number[]
  readonly channels: number
}

function drawRows(parts: WorldParts, { rows, things, channels }: Drawing): Tensor4D {
  const { canvas } = parts
  const area = canvas.side ** 2
  const values = new Float32Array(rows.length * area * channels)
  spritesOf(parts, things).forEach((sprite, i) => {
    rows[i]!.forEach((frame, channel) => {
      drawAt(canvas, sprite, frame, { into: values, at: i * area * channels + channel, channels })
    })
  })
  return tensor4d(values, [rows.length, canvas.side, canvas.side, channels])
}

function spritesOf({ where, things, sprites }: WorldParts, list: readonly number[]): readonly Sprite[] {
  assertNumbers(where, 'thing', list, things)
  return sprites(list)
}

async function nameAll(parts: WorldParts, images: Tensor4D, list: readonly number[]): Promise<(number | 'none')[]> {
  const { where, canvas } = parts
  assertShape(where, 'images', images, [list.length, canvas.side, canvas.side, 1])
  const sprites = spritesOf(parts, list)
  const values = await images.data<'float32'>()
  const area = canvas.side ** 2
  return sprites.map((sprite, i) => namer(canvas, sprite)(values.subarray(i * area, (i + 1) * area)) ?? 'none')
}

/** The items of a world, by number, in batches, and as a dataset. */
function itemsOf(
  parts: WorldParts,
  { shape, states, things }: Pick<World, 'shape' | 'states' | 'things'>,
  pictures: Pick<World, 'draw' | 'ask'>,
): Pick<World, 'items' | 'batches' | 'dataset'> {
  const { where } = parts
  const items: World['items'] = (count, key, { offset = 0 } = {}) => {
    assertInteger(where, 'count', count, { min: 1 })
    assertInteger(where, 'offset', offset, { min: 0 })
    return drawItems(parts, uniformArray(key, count, 3, { offset }))
  }
  return {
    items,
    batches: ({ size, key }) => {
      assertInteger(where, 'size', size, { min: 1 })
      assertKey(where, 'key', key)
      return {
        config: { world: where, states, shape, things, size, key },
        at: (index) => {
          assertInteger(where, 'index', index, { min: 0 })
          return batchOf(pictures, items(size, key, { offset: index * size }))
        },
      }
    },
    dataset: (count, key) => {
      assertInteger(where, 'count', count, { min: 1 })
      assertKey(where, 'key', key)
      const take = (indices: ArrayLike<number>) => batchOf(pictures, chosenItems(items, key, indices))
      return dataset<PairedBatch>({ size: count, shape, classes: states, take })
    },
  }
}

function chosenItems(items: World['items'], key: Key, indices: ArrayLike<number>): WorldItems {
  const rows = Array.from(indices, (i) => items(1, key, { offset: i }))
  const all = (name: keyof WorldItems) => rows.flatMap((row) => row[name])
  return { states: all('states'), frames: all('frames'), things: all('things') }
}

function batchOf({ draw, ask }: Pick<World, 'draw' | 'ask'>, { states, frames, things }: WorldItems): PairedBatch {
  return {
    x: draw(frames, things),
    labels: tensor1d([...states], 'int32'),
    condition: { context: ask(states, things) },
  }
}

/** Of three numbers in [0, 1) each: any state, what follows it, and which thing it is. */
function drawItems({ chain, things }: WorldParts, us: Float32Array): WorldItems {
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
