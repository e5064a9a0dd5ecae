/** Games in numbers: where something is, and by how much it moves next. @module */
import type { Key } from '@gen/backend'
import type { World } from '@gen/data/sequences'
import type { Batch, SyncBatches } from '@gen/model'
import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core'

/** Questions, and the move that followed each. */
export interface MoveBatch extends Batch {
  readonly x: Tensor2D
  readonly condition: { readonly context: Tensor2D }
}

/** What a model learns from: questions in numbers, and a point that answers each. */
export interface Asked {
  /** Numbers of a question. */
  readonly context: number
  /** Endless batches. */
  batches(options: { size: number; key: Key }): SyncBatches<MoveBatch>
}

/** A world told in numbers instead of pictures. */
export interface Game extends Asked {
  readonly world: World
  /** Where it is, one-hot by row and by column, and the moves that led there: `[n, context]`. */
  ask(states: readonly number[]): Tensor2D
  /** Endless batches of questions, each with the move that followed, in places down and to the right: `[n, 2]`. */
  batches(options: { size: number; key: Key }): SyncBatches<MoveBatch>
  /** The frame that a move leads to: within a third of a place, on the grid; 'none' for what leads to none. */
  name(state: number, move: readonly number[]): number | 'none'
}

/** Tells a world of which each frame is a place. */
export function gameOf(world: World): Game {
  const cells = Math.round(Math.sqrt(world.frames))
  const placeOf = (frame: number): [number, number] => [Math.floor(frame / cells), frame % cells]
  const between = (from: number, to: number): number[] => placeOf(to).map((at, axis) => at - placeOf(from)[axis]!)
  const now = (state: number): number => world.past(state).at(-1)!
  const question = (state: number): number[] => {
    const past = world.past(state)
    const [row, column] = placeOf(past.at(-1)!)
    const moves = past.slice(1).flatMap((frame, i) => between(past[i]!, frame))
    const oneHot = (at: number) => Array.from({ length: cells }, (_, i) => Number(i === at))
    return [...oneHot(row), ...oneHot(column), ...moves]
  }
  const ask = (states: readonly number[]) => tensor2d(states.map(question))
  return {
    world,
    context: question(0).length,
    ask,
    batches: ({ size, key }) => ({
      config: { kind: 'game', cells, size, key },
      at: (index) => {
        const { states, frames } = world.items(size, key, { offset: index * size })
        const x = tensor2d(frames.map((frame, i) => between(now(states[i]!), frame)))
        return { x, condition: { context: ask(states) } }
      },
    }),
    name(state, move) {
      const whole = move.map(Math.round)
      if (move.some((by, axis) => Math.abs(by - whole[axis]!) > 1 / 3)) return 'none'
      const [row, column] = placeOf(now(state)).map((at, axis) => at + whole[axis]!) as [number, number]
      return row >= 0 && column >= 0 && row < cells && column < cells ? row * cells + column : 'none'
    },
  }
}
