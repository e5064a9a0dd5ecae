/** Colors for gray faces, what is missing of others, faces of 4 × 4 pixels: the mean of all answers, a game's, and diffusion's. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { type FaceAttribute, type Faces, faces } from '@gen/data/faces'
import { encodePng, grid } from '@gen/io'
import { perceptualDistance, psnr } from '@gen/metrics'
import {
  abs,
  concat,
  dispose,
  max,
  mean,
  slice,
  sqrt,
  square,
  sub,
  type Tensor4D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import { type Answerer, answerers } from './answers/answerers.ts'
import { type Question, questions, size } from './answers/questions.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { type AttributeNetwork, attributeNetwork } from './faces/attribute-network.ts'

const counts = { train: 8192, strangers: 512, questions: 32, shown: 8, answers: 6 }
const judged = ['skin', 'hairColor', 'mouth'] as const satisfies readonly FaceAttribute[]
/** How often each way answers; the mean is one answer. */
const answersOf = (way: string) => (way === 'mean' ? 1 : counts.answers)

/** Three questions to three ways each, and the faces themselves for comparison. */
export const answersFaces: Experiment = {
  name: 'answers-faces',
  description: `${counts.questions} questions about faces of ${size} pixels, ${counts.answers} answers each: how far they are from what is given, how sure a network that names skin, hair color and mouth is of them, how many different ones ${counts.answers} answers hold, how far they are apart (root mean square of pixels; perceptual), and how far from the face that was asked about`,
  minutes: 6,
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
    const model = await make({ question, name, people, context })
    const sets = await answersTo(asked, way, model, context)
    const { steps, parameters } = model
    model.dispose()
    found[way] = { steps, parameters, ...measured({ question, asked, sets, judge }) }
    if (way === 'diffusion') found['mean of these'] = measured({ question, asked, sets: averages(sets), judge })
    columns.push(sets.slice(0, counts.shown))
    dispose(sets.slice(counts.shown))
  }
  writeFileSync(join(context.pictures, `${name}.png`), sheet(question, asked, columns))
  dispose([asked, ...columns.flat()])
  return found
}

async function answersTo(asked: Tensor4D, way: string, model: Answerer, context: RowContext): Promise<Tensor4D[]> {
  const sets: Tensor4D[] = []
  for (let i = 0; i < counts.questions; i++) {
    context.progress(`${way}: question ${i + 1} of ${counts.questions}`)
    const face = slice(asked, i, 1)
    sets.push(await model.answer(face, { count: answersOf(way), key: fold(fold(key(context.seed), 21), i) }))
    face.dispose()
  }
  return sets
}

/** The mean of the answers to each question: what the other mean is short of is training. */
function averages(sets: readonly Tensor4D[]): Tensor4D[] {
  return sets.map((set) => mean(set, 0, true))
}

interface Measured {
  readonly question: Question
  readonly asked: Tensor4D
  readonly sets: readonly Tensor4D[]
  readonly judge: AttributeNetwork
}

/** All that is measured of the answers of one way. */
function measured({ question, asked, sets, judge }: Measured): Row {
  const each = sets[0]!.shape[0]
  const all = concat(sets.map((set) => set))
  const truth = tidy(() => concat(sets.map((_, i) => tile(slice(asked, i, 1), [each, 1, 1, 1]))))
  const [off, furthest] = tidy(() => {
    const difference = abs(question.given(all, truth))
    return [mean(difference).dataSync()[0], max(difference).dataSync()[0]]
  })
  const activations = [all, truth].map((images) => judge.layers(images))
  const row = {
    given: { off, furthest },
    ...looks(judge, sets),
    ...apart(judge, sets),
    psnr: psnr(all, truth).value,
    perceptual: perceptualDistance(activations[0]!, activations[1]!).value,
  }
  dispose([all, truth, ...activations.flat()])
  return row
}

/** Share of the answers of which the judge is sure by 90 %, and how many different values a set holds on average. */
function looks(judge: AttributeNetwork, sets: readonly Tensor4D[]): Row {
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const named = judged.map((attribute) => sets.map((set) => judge.name(set, attribute)))
  const over = (read: (answers: ReturnType<AttributeNetwork['name']>) => number[]) =>
    Object.fromEntries(judged.map((attribute, i) => [attribute, average(named[i]!.flatMap(read))]))
  return {
    sure: over((answers) => answers.map(({ sure }) => Number(sure >= 0.9))),
    different: over((answers) => [new Set(answers.map(({ label }) => label)).size]),
  }
}

/** How far an answer is from the next one to the same question, on average: root mean square of pixels, and perceptual. */
function apart(judge: AttributeNetwork, sets: readonly Tensor4D[]): Row {
  const [all, next] = tidy(() => [
    concat([...sets]),
    concat(sets.flatMap((set) => (set.shape[0] === 1 ? [set] : [slice(set, 1), slice(set, 0, 1)]))),
  ]) as [Tensor4D, Tensor4D]
  const pixels = tidy(() => mean(sqrt(mean(square(sub(all, next)), [1, 2, 3]))).dataSync()[0]!)
  const [a, b] = [judge.layers(all), judge.layers(next)]
  const perceptual = perceptualDistance(a, b).value
  dispose([all, next, ...a, ...b])
  return { apart: { pixels, perceptual } }
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
  const found = { ...looks(judge, sets), ...apart(judge, sets) }
  dispose([...sets])
  return { data: found }
}

interface World {
  readonly people: Faces
  readonly strangers: Faces
  readonly judge: AttributeNetwork
}

let made: Promise<World> | undefined

/** Made once for all rows. */
function world({ seed, progress }: RowContext): Promise<World> {
  made ??= (async () => {
    const k = key(seed)
    const people = await faces({ count: counts.train, size, key: fold(k, 0) })
    progress('training the judge')
    return {
      ...{ people, judge: await attributeNetwork(people) },
      strangers: await faces({ count: counts.strangers, size, key: fold(k, 8) }),
    }
  })()
  return made
}
