/** Where the walker goes next, learnt twice: as one move, and as a distribution of moves. @module */
import { fold, type Key } from '@gen/backend'
import { type World, walkerGrid } from '@gen/data/sequences'
import { type Diffusion, diffusion, logSnrLinear, pointDenoiser, velocityPrediction } from '@gen/diffusion'
import type { Batch, Network, SyncBatches, Trainable } from '@gen/model'
import { adaptNetwork, mlp } from '@gen/nn'
import { mean, type Scalar, squaredDifference, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core'
import { games, side, told } from './view.ts'

/** Moves, and where each was made. */
export interface Moves extends Batch {
  /** In places down and to the right, `[b, 2]`. */
  readonly x: Tensor2D
  readonly condition: { readonly context: Tensor2D }
}

/** Both networks. */
export interface Pair {
  readonly average: Network
  readonly distribution: Diffusion
}

/** The board with a game's odds. */
export function boardOf(odds: keyof typeof games): World {
  return walkerGrid({ cells: side, scale: 1, odds: games[odds] })
}

/** Places as questions, `[n, 2 · side]`: which row and which column. */
export function ask(places: readonly number[]): Tensor2D {
  const oneOf = (at: number) => Array.from({ length: side }, (_, i) => Number(i === at))
  return tensor2d(
    places.flatMap((place) => [...oneOf(Math.floor(place / side)), ...oneOf(place % side)]),
    [places.length, told],
  )
}

/** Endless moves that were made. */
export function made(world: World, { size, key }: { readonly size: number; readonly key: Key }): SyncBatches<Moves> {
  return {
    config: { kind: 'moves', side, size, key },
    at(index) {
      const { states, frames } = world.items(size, key, { offset: index * size })
      const by = frames.map((to, i) => moveBetween(states[i]!, to))
      return { x: tensor2d(by, [size, 2]), condition: { context: ask(states) } }
    },
  }
}

/** In places down and to the right. */
export function moveBetween(from: number, to: number): [down: number, right: number] {
  return [Math.floor(to / side) - Math.floor(from / side), (to % side) - (from % side)]
}

/** About the deviation of one coordinate of a move. */
const std = 0.5

/** Both of the same width. */
export function pairOf(width: number, key: Key): Pair {
  const hidden = [width, width, width]
  const network = pointDenoiser({ size: 2, hidden, context: [told], residual: false, key: fold(key, 1) })
  // Places are told apart where little noise is left.
  const schedule = logSnrLinear({ max: 8, min: -8 })
  return {
    average: adaptNetwork('game', mlp({ inputs: told, outputs: 2, widths: hidden, key: fold(key, 0) })),
    distribution: diffusion({ network, schedule, std, prediction: velocityPrediction(), dropLabel: 0 }),
  }
}

/** A player that descends the squared error, beside one that learns to take noise out of moves. */
export function together({ average, distribution }: Pair): Trainable<Moves> {
  return {
    players: [
      {
        name: 'average',
        variables: () => average.variables(),
        loss: ({ x, condition }) => ({
          total: mean(sum(squaredDifference(average.apply(condition.context), x), 1)) as Scalar,
        }),
      },
      ...distribution.players,
    ],
  }
}
