/** Colors for gray faces, what is missing of others, faces of 8 × 8 pixels: the mean of all answers, a game's, and diffusion's. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { encodePng, grid } from '@gen/io'
import { concat, dispose, mean, slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import type { Answerer, Training } from './answers/answerer.ts'
import { byDiffusion } from './answers/by-diffusion.ts'
import { byGame } from './answers/by-game.ts'
import { byMean } from './answers/by-mean.ts'
import { apart, fromTheData, type Judge, looks, measured } from './answers/measures.ts'
import type { Question, Subject } from './answers/questions.ts'
import { sixteenSquares } from './answers/sixteen-squares.ts'
import { threeQuestions } from './answers/three-questions.ts'
import { world } from './answers/world.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

/** `once`: faces of which each is asked about once, to compare answers with the data as a whole. */
const counts = { questions: 32, shown: 8, answers: 6, once: 256 }
/** By name: trains it, and gives what answers all questions. */
const answerers: Readonly<Record<string, (training: Training) => Promise<Answerer>>> = {
  mean: byMean,
  GAN: byGame,
  diffusion: byDiffusion,
}

/** What is asked in a row. */
interface Asked {
  readonly name: string
  readonly subject: Subject
  readonly question: Question
  /** Answers to each face that is asked about once, of which the mean is compared with the data too where there are many. */
  readonly answersOnce: number
}

const asks: readonly Asked[] = [
  ...Object.entries(threeQuestions.questions).map(([name, question]) => ({
    ...{ name, question, subject: threeQuestions, answersOnce: 1 },
  })),
  { name: 'sixteen', subject: sixteenSquares, question: sixteenSquares.questions.enlarge!, answersOnce: 6 },
]

/** Questions to three ways, each of which has learned to answer all of a size, and the faces themselves for comparison. */
export const answersFaces: Experiment = {
  name: 'answers-faces',
  description: `${counts.questions} questions about faces of 64 pixels, and of 32 pixels that are told by sixteen, ${counts.answers} answers each: how far they are from what is given, how sure a network that names skin, hair color and mouth is of them, how many different ones ${counts.answers} answers hold, how far they are apart (root mean square of pixels; perceptual), how far from the face that was asked about; and the Fréchet distance of ${counts.once} answers to as many questions from the data`,
  minutes: 24,
  rows: {
    ...Object.fromEntries(asks.map((one) => [one.name, (context: RowContext) => questionRow(one, context)])),
    faces: facesRow,
  },
  columns: (row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([, value]) => typeof value === 'object')
        .flatMap(([way, value]) => Object.entries(flat(value as Row)).map(([name, n]) => [`${way}: ${name}`, n])),
    ),
}

function flat(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === 'object'
        ? Object.entries(value as Row).map(([inner, n]) => [`${name} ${inner}`, n])
        : [[name, value]],
    ),
  )
}

async function questionRow({ name, subject, question, answersOnce }: Asked, context: RowContext): Promise<Row> {
  const { people, strangers, judge } = await world(context, subject.size)
  const [asked, others] = [strangers(0, counts.questions), strangers(counts.questions, counts.once)]
  const found: Record<string, Row> = {}
  const columns: Tensor4D[][] = []
  const training = { subject, people, context: { ...context, scratch: join(context.scratch, subject.name) } }
  for (const [way, make] of Object.entries(answerers)) {
    const model = await make(training)
    const answered = (faces: Tensor4D, count: number) => answersTo({ question, faces, count, way, model }, context)
    // The mean is one answer.
    const sets = await answered(asked, way === 'mean' ? 1 : counts.answers)
    const once = await answered(others, way === 'diffusion' ? answersOnce : 1)
    const { steps, parameters } = model
    model.dispose()
    found[way] = {
      steps,
      parameters,
      ...measured({ question, asked, sets }, judge),
      fid: await fidOf(once, first, judge),
    }
    if (way === 'diffusion') {
      const means = sets.map(meanOf)
      const fid = answersOnce > 1 && { fid: await fidOf(once, meanOf, judge) }
      found['mean of these'] = { ...measured({ question, asked, sets: means }, judge), ...fid }
      dispose(means)
    }
    columns.push(sets.slice(0, counts.shown))
    dispose([...sets.slice(counts.shown), ...once])
  }
  writeFileSync(join(context.pictures, `${name}.png`), sheet(question, asked, columns))
  dispose([asked, others, ...columns.flat()])
  return found
}

const first = (set: Tensor4D): Tensor4D => slice(set, 0, 1)
const meanOf = (set: Tensor4D): Tensor4D => mean(set, 0, true)

/** From the data, of one image for each set of answers. */
async function fidOf(sets: readonly Tensor4D[], one: (set: Tensor4D) => Tensor4D, judge: Judge): Promise<number> {
  const images = tidy(() => concat(sets.map(one)))
  const distance = await fromTheData(images, judge)
  images.dispose()
  return distance
}

interface Asking {
  readonly question: Question
  readonly faces: Tensor4D
  /** Answers to each question. */
  readonly count: number
  readonly way: string
  readonly model: Answerer
}

async function answersTo({ question, faces, count, way, model }: Asking, context: RowContext): Promise<Tensor4D[]> {
  const sets: Tensor4D[] = []
  for (let i = 0; i < faces.shape[0]; i++) {
    context.progress(`${way}: question ${i + 1} of ${faces.shape[0]}`)
    const face = slice(faces, i, 1)
    const options = { count, key: fold(fold(key(context.seed), 21), i) }
    sets.push(await model.answer(question, face, options))
    face.dispose()
  }
  return sets
}

/** A line for each question: the face, what is shown of it, the mean, a game's pick, diffusion's answers. */
function sheet(question: Question, asked: Tensor4D, columns: readonly (readonly Tensor4D[])[]): Uint8Array {
  return tidy(() => {
    const [means, games, diffusions] = columns as [Tensor4D[], Tensor4D[], Tensor4D[]]
    const lines = means.flatMap((answer, i): Tensor4D[] => {
      const face = slice(asked, i, 1)
      return [face, question.shown(face), answer, slice(games[i]!, 0, 1), diffusions[i]!]
    })
    return encodePng(grid(concat(lines), { columns: 4 + counts.answers, value: 1 }))
  })
}

/** Faces that nobody was asked about, in sets of six: what "different" can mean. */
async function facesRow(context: RowContext): Promise<Row> {
  const { strangers, judge } = await world(context, threeQuestions.size)
  const sets = Array.from({ length: counts.questions }, (_, i) =>
    strangers(counts.questions + i * counts.answers, counts.answers),
  )
  const once = strangers(counts.questions, counts.once)
  const found = { ...looks(sets, judge), ...apart(sets, judge), fid: await fromTheData(once, judge) }
  dispose([...sets, once])
  return { data: found }
}
