/** Colors for gray faces and what is missing of others: six answers to each of eight questions, by one network. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { gray } from '@gen/data'
import { type Faces, faces } from '@gen/data/faces'
import { colorize, type Diffusion, ddim, inpaint } from '@gen/diffusion'
import { encodePng, grid } from '@gen/io'
import {
  abs,
  concat,
  dispose,
  max,
  mean,
  mul,
  ones,
  pad,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import { type FaceJudge, faceJudge, judged } from './answers/face-judge.ts'
import { faceModel } from './answers/face-model.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const size = 32
const counts = { train: 4096, questions: 8, answers: 6 }
/** From where on a face is missing, from above. */
const cut = 17

/** What an answer to a picture is held to. */
interface Task {
  /** What the model is shown, as a picture. */
  shown(face: Tensor4D): Tensor4D
  answer(model: Diffusion, face: Tensor4D, seed: number): Promise<Tensor4D>
  /** How far answers are from what is given: mean and largest difference. */
  given(answers: Tensor4D, face: Tensor4D): Tensor
}

const tasks: Readonly<Record<string, Task>> = {
  colorize: {
    shown: (face) => tile(gray(face) as Tensor4D, [1, 1, 1, 3]),
    answer: async (model, face, seed) => {
      const picture = gray(face)
      const options = { count: counts.answers, key: fold(key(21), seed), sampler: ddim({ steps: 25, eta: 0.85 }) }
      const answers = await colorize(model, { image: picture, context: picture, ...options })
      picture.dispose()
      return answers as Tensor4D
    },
    given: (answers, face) => sub(gray(answers), gray(face)),
  },
  inpaint: {
    shown: (face) => mul(face, known()),
    answer: async (model, face, seed) => {
      const mask = known()
      const options = { count: counts.answers, key: fold(key(22), seed), steps: 25, resample: 3 }
      const answers = await inpaint(model, { image: face, known: mask, ...options })
      mask.dispose()
      return answers as Tensor4D
    },
    given: (answers, face) => mul(sub(answers, face), known()),
  },
}

/** 1 above the cut, 0 below. */
function known(): Tensor4D {
  return tidy(() =>
    pad(ones([1, cut, size, 1]) as Tensor4D, [
      [0, 0],
      [0, size - cut],
      [0, 0],
      [0, 0],
    ]),
  )
}

/** One network, two questions, and the faces themselves for comparison. */
export const answersFaces: Experiment = {
  name: 'answers-faces',
  description: `${counts.answers} answers to each of ${counts.questions} questions about faces of ${size} pixels: how far they are from what is given, how sure a network that names skin, hair color and mouth is of them, how many different ones six answers hold, and how far they are apart (root mean square of pixels)`,
  minutes: 4.5,
  rows: {
    colorize: (context) => row('colorize', context),
    inpaint: (context) => row('inpaint', context),
    'other faces': (context) => row('other faces', context),
  },
  columns: ({ given, sure, different, apart, steps }) => {
    const [off, furthest] = (given ?? []) as number[]
    return {
      off,
      furthest,
      ...prefixed('sure of', sure as Row),
      ...prefixed('different', different as Row),
      apart,
      steps,
    }
  },
}

const prefixed = (word: string, row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [`${word} ${name}`, value]))

async function row(name: string, context: RowContext): Promise<Row> {
  const k = key(context.seed)
  const people = await faces({ count: counts.train, size, key: fold(k, 0) })
  const strangers = await faces({ count: 256, size, key: fold(k, 8) })
  const judge = await faceJudge(people, context.seed)
  const { model, steps } = await faceModel(people, context)
  const task = tasks[name]
  const lines: Tensor4D[] = []
  const sets: Tensor4D[] = []
  const differences: Tensor[] = []
  for (let i = 0; i < counts.questions; i++) {
    context.progress(`question ${i + 1} of ${counts.questions}`)
    const { x } = strangers.take([i])
    const face = x as Tensor4D
    const answers = task ? await task.answer(model, face, i) : others(strangers, i)
    sets.push(answers)
    if (task) differences.push(tidy(() => task.given(answers, face)))
    lines.push(tidy(() => concat([face, task ? task.shown(face) : face, answers])))
    face.dispose()
  }
  const sheet = tidy(() => grid(concat(lines), { columns: counts.answers + 2, value: 1 }))
  if (task) writeFileSync(join(context.pictures, `${name}.png`), encodePng(sheet))
  const given = task
    ? tidy(() => [mean(abs(concat(differences))), max(abs(concat(differences)))].map((n) => n.dataSync()[0]!))
    : []
  const measured = { ...(task && { given, steps }), ...(await looks(judge, sets)), apart: apart(sets) }
  dispose([sets, lines, differences, sheet])
  judge.dispose()
  model.dispose()
  return measured
}

function others(strangers: Faces, i: number): Tensor4D {
  const rows = Array.from({ length: counts.answers }, (_, n) => counts.questions + i * counts.answers + n)
  return strangers.take(rows).x as Tensor4D
}

/** Share of the answers of which the judge is sure by 90 %, and how many different values a set holds on average. */
async function looks(judge: FaceJudge, sets: readonly Tensor4D[]): Promise<Row> {
  const named = await Promise.all(sets.map((set) => judge.name(set)))
  const over = <T>(read: (attribute: (typeof judged)[number]) => T) =>
    Object.fromEntries(judged.map((attribute) => [attribute, read(attribute)]))
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    sure: over((attribute) => average(named.flatMap((one) => one[attribute].map(({ sure }) => Number(sure >= 0.9))))),
    different: over((attribute) => average(named.map((one) => new Set(one[attribute].map(({ label }) => label)).size))),
  }
}

/** Root mean square distance of two answers to one question, on average. */
function apart(sets: readonly Tensor4D[]): number {
  const distances = sets.flatMap((set) =>
    Array.from({ length: counts.answers }, (_, i) =>
      Array.from({ length: i }, (_, j) =>
        tidy(() => sqrt(mean(square(sub(slice(set, i, 1), slice(set, j, 1))))).dataSync()[0]!),
      ),
    ).flat(),
  )
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length
}
