/** The lecture's picture: the mean of all answers falls off the manifold on which each of them lies. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key, uniform } from '@gen/backend'
import { concat, cos, dispose, mul, sin, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { type Answer, circlePlot } from './answers/circle-plot.ts'
import { forecasters } from './answers/forecasters.ts'
import type { Asked } from './answers/game.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const questions = [-0.8, -0.3, 0.3, 0.8]
const counts = { answers: 500, drawn: 60 }
const stepsPerMinute = 6000

/** Points of the unit circle; asked for a point, one is told its x: the right answers are (x, ±√(1 − x²)). */
const circle: Asked = {
  context: 1,
  batches: ({ size, key: k }) => ({
    at: (index) => {
      const turn: Tensor2D = tidy(() => mul(uniform(fold(k, index), [size, 1]), 2 * Math.PI))
      const context = cos(turn)
      const x = tidy(() => concat([context, sin(turn)], 1))
      turn.dispose()
      return { x, condition: { context } }
    },
  }),
}

/** A row for each family. */
export const meanAndPicks: Experiment = {
  name: 'mean-and-picks',
  description: `a point of the unit circle of which x is told: ${counts.answers} answers to ${questions.length} questions, how far they and their means are from the circle, and the share above`,
  minutes: 1,
  rows: Object.fromEntries(
    Object.keys(forecasters).map((family) => [family, (context: RowContext) => row(family, context)]),
  ),
  columns: ({ distance, distanceOfMean, offX, above }) => ({
    'from the circle': distance,
    'their mean from the circle': distanceOfMean,
    'off in x': offX,
    above,
  }),
  finish: async (rows, { pictures }) => {
    const drawn = Object.entries(rows).flatMap(([panel, found]) =>
      (found.drawn as Drawn[]).flatMap(({ question, answers, mean }): Answer[] => [
        ...answers.map(([x, y]) => ({ panel, question, kind: 'answer', x, y }) as const),
        { panel, question, kind: 'mean', x: mean[0], y: mean[1] },
      ]),
    )
    const picture = await circlePlot(drawn, 'Answers (dots) and the mean of each question’s answers (crosses)')
    writeFileSync(join(pictures, 'answers.svg'), picture)
    return { picture: 'answers.svg' }
  },
}

type Point = [x: number, y: number]

/** Some answers to a question, for the picture. */
interface Drawn {
  readonly question: string
  readonly answers: readonly Point[]
  readonly mean: Point
}

async function row(family: string, context: RowContext): Promise<Row> {
  const steps = Math.round(stepsPerMinute * context.minutes)
  const progress = (step: number) => context.progress(`step ${step} of ${steps}`)
  const model = await forecasters[family]!({ game: circle, steps, key: fold(key(context.seed), 1), progress })
  const asked = tensor2d(questions.flatMap((x) => Array.from({ length: counts.answers }, () => [x])))
  const answers = await model.answer(asked, fold(key(context.seed), 2))
  const points = (await answers.array()) as Point[]
  dispose([asked, answers])
  model.dispose()
  const sets = questions.map((_, i) => points.slice(i * counts.answers, (i + 1) * counts.answers))
  const means = sets.map((set) => [0, 1].map((axis) => average(set.map((point) => point[axis]!))) as Point)
  const from = (point: Point) => Math.abs(Math.hypot(...point) - 1)
  return {
    steps,
    distance: average(points.map(from)),
    distanceOfMean: average(means.map(from)),
    offX: average(sets.flatMap((set, i) => set.map(([x]) => Math.abs(x - questions[i]!)))),
    above: average(points.map(([, y]) => Number(y > 0))),
    drawn: sets.map((set, i) => ({
      question: String(questions[i]),
      answers: set.slice(0, counts.drawn).map(rounded),
      mean: rounded(means[i]!),
    })),
  }
}

const rounded = ([x, y]: Point): Point => [Number(x.toFixed(4)), Number(y.toFixed(4))]
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
