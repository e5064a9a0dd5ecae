/** Colors for gray faces, what is missing of others, faces of 8 × 8 pixels: the mean of all answers, a game's, and diffusion's. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { type Faces, faces } from '@gen/data/faces'
import { encodePng, grid } from '@gen/io'
import { extractFeatures } from '@gen/metrics'
import { concat, dispose, mean, slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import type { Answerer, Training } from './answers/answerer.ts'
import { byDiffusion } from './answers/by-diffusion.ts'
import { byGame } from './answers/by-game.ts'
import { byMean } from './answers/by-mean.ts'
import { apart, type Judge, looks, measured } from './answers/measures.ts'
import { type Question, questions, size } from './answers/questions.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { attributeNetwork } from './faces/attribute-network.ts'

const counts = { train: 16_384, forJudge: 8192, strangers: 512, questions: 32, shown: 8, answers: 6 }
/** By name: trains it, and gives what answers all questions. */
const answerers: Readonly<Record<string, (training: Training) => Promise<Answerer>>> = {
  mean: byMean,
  GAN: byGame,
  diffusion: byDiffusion,
}
/** How often each way answers; the mean is one answer. */
const answersOf = (way: string) => (way === 'mean' ? 1 : counts.answers)

/** Three questions to three ways, each of which has learned to answer all of them, and the faces themselves for comparison. */
export const answersFaces: Experiment = {
  name: 'answers-faces',
  description: `${counts.questions} questions about faces of ${size} pixels, ${counts.answers} answers each: how far they are from what is given, how sure a network that names skin, hair color and mouth is of them, how many different ones ${counts.answers} answers hold, how far they are apart (root mean square of pixels; perceptual), how far from the face that was asked about, and from the data (kernel distance)`,
  minutes: 8,
  rows: {
    ...Object.fromEntries(
      Object.keys(questions).map((name) => [name, (context: RowContext) => questionRow(name, context)]),
    ),
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

async function questionRow(name: string, context: RowContext): Promise<Row> {
  const question = questions[name]!
  const { people, strangers, judge } = await world(context)
  const asked = strangers.take(Array.from({ length: counts.questions }, (_, i) => i)).x as Tensor4D
  const found: Record<string, Row> = {}
  const columns: Tensor4D[][] = []
  for (const [way, make] of Object.entries(answerers)) {
    const model = await make({ people, context })
    const sets = await answersTo({ question, asked, way, model }, context)
    const { steps, parameters } = model
    model.dispose()
    found[way] = { steps, parameters, ...(await measured({ question, asked, sets }, judge)) }
    if (way === 'diffusion') {
      const means = sets.map((set) => mean(set, 0, true) as Tensor4D)
      found['mean of these'] = await measured({ question, asked, sets: means }, judge)
      dispose(means)
    }
    columns.push(sets.slice(0, counts.shown))
    dispose(sets.slice(counts.shown))
  }
  writeFileSync(join(context.pictures, `${name}.png`), sheet(question, asked, columns))
  dispose([asked, ...columns.flat()])
  return found
}

interface Asking {
  readonly question: Question
  readonly asked: Tensor4D
  readonly way: string
  readonly model: Answerer
}

async function answersTo({ question, asked, way, model }: Asking, { seed, progress }: RowContext): Promise<Tensor4D[]> {
  const sets: Tensor4D[] = []
  for (let i = 0; i < counts.questions; i++) {
    progress(`${way}: question ${i + 1} of ${counts.questions}`)
    const face = slice(asked, i, 1)
    const options = { count: answersOf(way), key: fold(fold(key(seed), 21), i) }
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
  const { strangers, judge } = await world(context)
  const sets = Array.from({ length: counts.questions }, (_, i) => {
    const rows = Array.from({ length: counts.answers }, (_, n) => counts.questions + i * counts.answers + n)
    return strangers.take(rows).x as Tensor4D
  })
  const found = { ...looks(sets, judge), ...apart(sets, judge) }
  dispose([...sets])
  return { data: found }
}

interface World {
  readonly people: Faces
  readonly strangers: Faces
  readonly judge: Judge
}

let made: Promise<World> | undefined

/** Made once for all rows. The judge has learned from half of the size, as that of the other experiments with faces has. */
function world({ seed, progress }: RowContext): Promise<World> {
  made ??= (async () => {
    const k = key(seed)
    const people = await faces({ count: counts.train, size, key: fold(k, 0) })
    const strangers = await faces({ count: counts.strangers, size, key: fold(k, 8) })
    progress('training the judge')
    const small = {
      people: await faces({ count: counts.forJudge, key: fold(k, 0) }),
      strangers: await faces({ count: counts.strangers, key: fold(k, 8) }),
    }
    const network = await attributeNetwork(small.people)
    // Not those that are asked about.
    const rows = Array.from({ length: counts.strangers - counts.questions }, (_, i) => counts.questions + i)
    const x = small.strangers.take(rows).x as Tensor4D
    const judge = { network, faces: await extractFeatures(x, network.features) }
    x.dispose()
    return { people, strangers, judge }
  })()
  return made
}
