/** The next position in a game and the next place of a ball: answers of all families, counted against known odds. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key, uniformArray } from '@gen/backend'
import { bouncingBall, type Outcome, type World, walkerGrid } from '@gen/data/sequences'
import { type Forecaster, forecasters } from './answers/forecasters.ts'
import { type Game, gameOf } from './answers/game.ts'
import { answerPlot, type Shown } from './answers/move-plot.ts'
import { type Counted, pooled, possible, shareOf, totalVariation } from './answers/odds.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const worlds = { walker: walkerGrid({ cells: 32, scale: 1 }), ball: bouncingBall({ cells: 8, scale: 1 }) }
type WorldName = keyof typeof worlds
const families = Object.keys(forecasters)

/** Questions, and answers to each; those of a part are asked together. */
const counts = { questions: 1000, answers: 200, part: 100 }
const stepsPerMinute = 6000

/** A row for each world and family, and for draws from the truth itself: what counting alone leaves. */
export const nextState: Experiment = {
  name: 'next-state',
  description: `${counts.answers} answers to each of ${counts.questions} questions (a walker on 32 × 32 places; a ball among 8 × 8): total variation from the true odds, on average over questions, and of states with the same odds pooled (mean and largest)`,
  minutes: 1,
  rows: Object.fromEntries(
    (Object.keys(worlds) as WorldName[]).flatMap((world) =>
      ['truth', ...families].map((name) => [`${world} ${name}`, (context: RowContext) => row(world, name, context)]),
    ),
  ),
  columns: ({ perQuestion, pooled: together, possible: can, left, steps, parameters }) => {
    const { mean, largest } = (together ?? {}) as Row
    const { possible: fits, impossible, none } = (can ?? {}) as Row
    return { perQuestion, pooled: mean, largest, fits, impossible, none, 'left turns (0.3)': left, steps, parameters }
  },
}

async function row(name: WorldName, family: string, context: RowContext): Promise<Row> {
  const world: World = worlds[name]
  const game = gameOf(world)
  const k = key(context.seed)
  const steps = Math.round(stepsPerMinute * context.minutes)
  const { states } = world.items(counts.questions, fold(k, 7))
  if (family === 'truth') return judged(states.map((state, i) => drawn(world, state, i)))
  const progress = (step: number) => context.progress(`step ${step} of ${steps}`)
  const model = await forecasters[family]!({ game, steps, key: fold(k, 1), progress })
  const all: Counted[] = []
  for (let from = 0; from < states.length; from += counts.part) {
    context.progress(`question ${from} of ${states.length}`)
    all.push(...(await asked(model, game, states.slice(from, from + counts.part), from)))
  }
  writeFileSync(join(context.pictures, `${name}-${family}.svg`), answerPlot(await shown(model, game)))
  const { parameters } = model
  model.dispose()
  return { ...judged(all), steps, parameters }
}

/** Moves `[row, column]`, 200 for each state. */
async function movesOf(model: Forecaster, game: Game, states: readonly number[], part: number): Promise<number[][]> {
  const questions = game.ask(states.flatMap((state) => Array<number>(counts.answers).fill(state)))
  const answers = await model.answer(questions, fold(key(11), part))
  const moves = await answers.array()
  questions.dispose()
  answers.dispose()
  return moves
}

async function asked(model: Forecaster, game: Game, states: readonly number[], from: number): Promise<Counted[]> {
  const moves = await movesOf(model, game, states, from)
  return states.map((state, i) => ({
    truth: game.world.next(state),
    answers: moves.slice(i * counts.answers, (i + 1) * counts.answers).map((move) => game.name(state, move)),
  }))
}

/** Four questions with several answers, and the moves that were given. */
async function shown(model: Forecaster, game: Game): Promise<Shown[]> {
  const { world } = game
  const all = Array.from({ length: world.states }, (_, state) => state)
  const open = all.filter((state) => world.next(state).length > 1)
  const states = [0.1, 0.35, 0.6, 0.85].map((share) => open[Math.floor(share * open.length)]!)
  const moves = await movesOf(model, game, states, counts.questions)
  const cells = Math.round(Math.sqrt(world.frames))
  return states.map((state, i) => {
    const now = world.past(state).at(-1)!
    const by = (frame: number) => [Math.floor(frame / cells) - Math.floor(now / cells), (frame % cells) - (now % cells)]
    return {
      truth: world.next(state).map(({ frame, probability }) => ({ move: by(frame), probability })),
      answers: moves.slice(i * counts.answers, (i + 1) * counts.answers),
    }
  })
}

function drawn(world: World, state: number, i: number): Counted {
  const truth = world.next(state)
  const numbers = uniformArray(fold(key(12), i), counts.answers, 1)
  return { truth, answers: [...numbers].map((u) => outcomeAt(truth, u).frame) }
}

function outcomeAt(truth: readonly Outcome[], u: number): Outcome {
  let left = u
  for (const outcome of truth) {
    left -= outcome.probability
    if (left < 0) return outcome
  }
  return truth.at(-1)!
}

function judged(all: readonly Counted[]): Row {
  const distances = all.map(totalVariation)
  return {
    perQuestion: distances.reduce((sum, distance) => sum + distance, 0) / all.length,
    pooled: pooled(all),
    possible: possible(all),
    ...(all.some(({ truth }) => truth.length === 1) && { left: shareOf(all, 2, 0) }),
  }
}
