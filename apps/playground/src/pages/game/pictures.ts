/** What the page of the game shows: moves that are drawn, and how often each is, beside the true odds. @module */
import { key } from '@gen/backend'
import { dpmSolver2M } from '@gen/diffusion'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { readTensor } from '../recorded.ts'
import { ask, boardOf, moveBetween, type Pair } from './recipe.ts'
import type { GameSettings } from './settings.ts'
import { moves, side } from './view.ts'

const drawn = 200
const sampler = dpmSolver2M({ steps: 12 })

/** A view of both; the wish's probe is the walker's place. */
export function view({ average, distribution }: Pair): (settings: GameSettings, wish: Wish) => Promise<Pictures> {
  return async ({ odds }, { probe = [0] }) => {
    const place = probe[0] ?? 0
    const question = ask([place])
    const answers = (await distribution.sample({
      ...{ count: drawn, batchSize: drawn, context: question, sampler, key: key(101) },
    })) as Tensor2D
    const one = average.apply(question)
    const [made, mean] = [await readTensor(answers), await readTensor(one)]
    for (const tensor of [question, answers, one]) tensor.dispose()
    const truth = oddsOf(odds, place)
    const model = countsOf(made).map((count) => count / drawn)
    return {
      arrays: { made, mean, truth, model: Float32Array.from(model) },
      numbers: {
        place,
        // The last is no move at all.
        apart: [...truth, 0].reduce((sum, chance, i) => sum + Math.abs(chance - model[i]!), 0) / 2,
        moves: 1 - model.at(-1)!,
        astray: astray(mean, truth),
      },
    }
  }
}

/** The true odds of each move. */
function oddsOf(odds: GameSettings['odds'], place: number): Float32Array<ArrayBuffer> {
  const next = boardOf(odds).next(place)
  return Float32Array.from(moves, ({ down, right }) => {
    const outcome = next.find(({ frame }) => moveBetween(place, frame).join() === [down, right].join())
    return outcome?.probability ?? 0
  })
}

/** How many are each move, and how many are none: farther than a third of a place from all. */
function countsOf(made: Float32Array): number[] {
  const counts = Array<number>(moves.length + 1).fill(0)
  for (let i = 0; i < made.length; i += 2) {
    const [down, right] = [made[i]!, made[i + 1]!]
    const found = moves.findIndex(
      (move) => Math.abs(down - move.down) <= 1 / 3 && Math.abs(right - move.right) <= 1 / 3,
    )
    counts[found < 0 ? moves.length : found]!++
  }
  return counts
}

/** Places from the mean to the nearest move that is possible. */
function astray(mean: Float32Array, truth: Float32Array): number {
  const distances = moves.flatMap(({ down, right }, i) =>
    truth[i]! > 0 ? [Math.hypot(mean[0]! - down, mean[1]! - right)] : [],
  )
  return Math.min(...distances, side)
}
