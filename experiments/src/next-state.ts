/** The next position in a game and the next place of a ball: answers of all families, counted against known odds. @module */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key, uniformArray } from '@gen/backend'
import { bouncingBall, type Outcome, type World, walkerGrid } from '@gen/data/sequences'
import { decodePng, encodePng, grid } from '@gen/io'
import { concat, expandDims, image, slice, type Tensor4D, tidy, unstack } from '@tensorflow/tfjs-core'
import { type Forecaster, forecasters } from './answers/next-frame.ts'
import { type Counted, pooled, possible, shareOf, totalVariation } from './answers/odds.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const worlds = { walker: walkerGrid({ scale: 1 }), ball: bouncingBall({ scale: 1 }) }
type WorldName = keyof typeof worlds
const names = ['truth', ...Object.keys(forecasters)]

/** Questions, and answers to each; those of a part are asked together. */
const counts = { walker: 1000, ball: 250, answers: 200, part: 20 }
/** On an idle core. */
const stepsPerMinute = 4000
/** Of the picture. */
const [shownQuestions, shownAnswers, zoom] = [6, 8, 6]

/** A row for each world and family, and for draws from the truth itself: what counting alone leaves. */
export const nextState: Experiment = {
  name: 'next-state',
  description: `${counts.answers} answers to each of ${counts.walker} questions (of the walker's 64 states; of the ball's 224, ${counts.ball}): total variation from the true odds, on average over questions, and of states with the same odds pooled (mean and largest)`,
  minutes: 0.5,
  rows: Object.fromEntries(
    (Object.keys(worlds) as WorldName[]).flatMap((world) =>
      names.map((name) => [`${world} ${name}`, (context: RowContext) => row(world, name, context)]),
    ),
  ),
  columns: ({ perQuestion, pooled: together, possible: can, left, steps, parameters }) => {
    const { mean, largest } = (together ?? {}) as Row
    const { possible: fits, impossible, none } = (can ?? {}) as Row
    return { perQuestion, pooled: mean, largest, fits, impossible, none, 'left turns (0.3)': left, steps, parameters }
  },
  finish: async (_, { pictures, scratch }) => {
    for (const world of Object.keys(worlds)) {
      const strips = names.slice(1).map((name) => decodePng(readFileSync(join(scratch, `${world} ${name}.png`))))
      const sheet = tidy(() =>
        grid(concat(strips.map((strip) => (strip.rank === 3 ? expandDims(strip) : strip) as Tensor4D)), {
          columns: 1,
          padding: 6,
          value: 1,
        }),
      )
      writeFileSync(join(pictures, `${world}.png`), encodePng(sheet))
      for (const tensor of [...strips, sheet]) tensor.dispose()
    }
    return undefined
  },
}

async function row(name: WorldName, family: string, context: RowContext): Promise<Row> {
  const world: World = worlds[name]
  const k = key(context.seed)
  const steps = Math.round(stepsPerMinute * context.minutes)
  const { states } = world.items(counts[name], fold(k, 7))
  if (family === 'truth') return judged(states.map((state, i) => drawn(world, state, i)))
  const model = await forecasters[family]!({ world, steps, key: fold(k, 1) })
  const all: Counted[] = []
  for (let from = 0; from < states.length; from += counts.part) {
    context.progress(`question ${from} of ${states.length}`)
    all.push(...(await asked(model, world, states.slice(from, from + counts.part), from)))
  }
  writeFileSync(join(context.scratch, `${name} ${family}.png`), await strip(model, world))
  const { parameters } = model
  model.dispose()
  return { ...judged(all), steps, parameters }
}

async function asked(model: Forecaster, world: World, states: readonly number[], from: number): Promise<Counted[]> {
  const repeated = states.flatMap((state) => Array<number>(counts.answers).fill(state))
  const questions = world.ask(repeated)
  const answers = await model.answer(questions, fold(key(11), from))
  const named = await world.name(answers)
  questions.dispose()
  answers.dispose()
  return states.map((state, i) => ({
    truth: world.next(state),
    answers: named.slice(i * counts.answers, (i + 1) * counts.answers),
  }))
}

function drawn(world: World, state: number, i: number): Counted {
  const truth = world.next(state)
  const numbers = uniformArray(fold(key(12), i), counts.answers, 1)
  return { truth, answers: [...numbers].map((u) => outcomeAt(truth, u).frame) }
}

function outcomeAt(truth: readonly Outcome[], u: number): Outcome {
  let below = 0
  return truth.find(({ probability }) => u < (below += probability)) ?? truth.at(-1)!
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

/** A line for each of some questions: its frames, oldest first, then answers. */
async function strip(model: Forecaster, world: World): Promise<Uint8Array> {
  const states = Array.from({ length: world.states }, (_, state) => state).filter(
    (state) => world.next(state).length > 1,
  )
  const chosen = Array.from(
    { length: shownQuestions },
    (_, i) => states[Math.floor(((i + 0.5) * states.length) / shownQuestions)]!,
  )
  const questions = world.ask(chosen.flatMap((state) => Array<number>(shownAnswers).fill(state)))
  const answers = await model.answer(questions, key(13))
  const [height, width, frames] = world.conditionShape
  const sheet = tidy(() => {
    const lines = chosen.flatMap((_, i) => {
      const past = unstack(slice(questions, [i * shownAnswers, 0, 0, 0], [1, -1, -1, -1]), 3)
      const own = slice(answers, [i * shownAnswers, 0, 0, 0], [shownAnswers, -1, -1, -1])
      return [...past.map((frame) => expandDims(frame, 3) as Tensor4D), own]
    })
    const large = image.resizeNearestNeighbor(concat(lines), [zoom * height, zoom * width])
    return grid(large, { columns: frames + shownAnswers, padding: 2, value: 0.5 })
  })
  const bytes = encodePng(sheet)
  for (const tensor of [questions, answers, sheet]) tensor.dispose()
  return bytes
}
