/** Editing faces whose attributes are known: boundaries, entanglement before and after projection, pictures. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers, openFaces, sharedBatch, trainModel } from '@gen/align-latents'
import { fold, key, uniformArray } from '@gen/backend'
import {
  type AttributeDirection,
  attributeDirection,
  distanceTo,
  entanglement,
  identityKept,
  type LatentModel,
  locate,
  type Measure,
  moveBy,
  picture,
  projectDirection,
  summarizeEntanglement,
} from '@gen/latent-tools'
import { concat, expandDims, gather, moments, slice, type Tensor2D, tidy, unstack } from '@tensorflow/tfjs-core'
import { modelsFolder } from './align/models-folder.ts'
import { attributeJudge } from './edit/judge.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const models = ['vae-1', 'gan'] as const

/** The faces' attributes are independent; in the correlated part of them glasses go with dark skin. */
export const editFaces: Experiment = {
  name: 'edit-faces',
  description: 'editing of known attributes of faces in a VAE and in a GAN: boundaries, entanglement, identity',
  minutes: 4,
  rows: Object.fromEntries(models.map((name) => [name, (context: RowContext) => row(name, context)])),
  columns: ({ attributes, accuracy, independent, correlated }) => ({
    'held-out accuracy, logistic regression': accuracyOf(accuracy as Accuracy),
    'change of others per own change, before → after projection': before(independent as Round),
    'boundaries from correlated faces: before → after': before(correlated as Round),
    attributes,
  }),
}

type Accuracy = Readonly<Record<string, { readonly logistic: { readonly heldOut: number } }>>

/** Boundaries from some faces, and what edits along them change. */
interface Round extends Row {
  readonly before: { readonly summary: { readonly ratio: number } }
  readonly after: { readonly summary: { readonly ratio: number } }
}

function accuracyOf(accuracy: Accuracy): Row {
  return Object.fromEntries(Object.entries(accuracy).map(([name, { logistic }]) => [name, logistic.heldOut]))
}

function before(round: Round): string {
  return [round.before, round.after].map(({ summary }) => summary.ratio.toPrecision(3)).join(' → ')
}

/** Faces located in the model, with the answers to every question. */
interface Located {
  readonly z: Tensor2D
  readonly labels: readonly (readonly [attribute: string, answers: readonly number[]])[]
}

async function row(name: (typeof models)[number], context: RowContext): Promise<Row> {
  const [train, test] = [await openFaces('train'), await openFaces('test')]
  const { latent, training } = await trainModel({
    ...{ name, data: 'faces', train },
    context: { ...context, scratch: modelsFolder(context) },
  })
  context.progress('training the judge of attributes')
  const judge = await attributeJudge(train, test, context)
  const images = sharedBatch({ test }, context.minutes < 1 ? 200 : 4000)
  context.progress('locating')
  const { z, error } = await locate(latent, images)
  error.dispose()
  images.dispose()
  const all: Located = {
    z,
    labels: Object.entries(answers(test.attributes)).map(([a, labels]) => [a, labels.slice(0, z.shape[0])] as const),
  }
  const some = correlatedPart(all, context)
  const rounds = { independent: all, correlated: some }
  const results: Record<string, Row> = {}
  for (const [kind, located] of Object.entries(rounds)) {
    context.progress(`measuring entanglement, ${kind}`)
    const files = join(context.pictures, kind === 'independent' ? name : `${name}-${kind}`)
    results[kind] = await edited(latent, located, { shownFrom: z, measure: judge.measure, files, context })
  }
  const accuracy = Object.fromEntries(
    all.labels.map(([attribute, labels]) => [attribute, accuracies(z, labels, context)] as const),
  )
  z.dispose()
  some.z.dispose()
  judge.dispose()
  const attributes = all.labels.map(([attribute]) => attribute)
  return { training, attributes, accuracy, judge: judge.accuracy, ...results }
}

const methods = ['svm', 'logistic', 'lda', 'meanDifference'] as const

function accuracies(z: Tensor2D, labels: readonly number[], context: RowContext): Row {
  const of = (method: (typeof methods)[number]) =>
    attributeDirection(z, labels, { method, key: fold(key(context.seed), 30) }).accuracy
  return Object.fromEntries(methods.map((method) => [method, of(method)]))
}

/** Of those who have only one of glasses and dark skin, one in ten is kept: boundaries will take one for the other. */
function correlatedPart({ z, labels }: Located, { seed }: RowContext): Located {
  const [glasses, skin] = ['glasses', 'darkSkin'].map((name) => labels.find(([attribute]) => attribute === name)![1])
  const chance = uniformArray(fold(key(seed), 31), z.shape[0], 1)
  const kept = Array.from({ length: z.shape[0] }, (_, i) => i).filter(
    (i) => glasses![i] === skin![i] || chance[i]! < 0.1,
  )
  return {
    z: tidy(() => gather(z, kept)),
    labels: labels.map(([attribute, all]) => [attribute, kept.map((i) => all[i]!)] as const),
  }
}

interface EditOptions {
  /** Codes that edits are measured and shown on. */
  readonly shownFrom: Tensor2D
  readonly measure: Measure
  /** Beginning of the pictures' names. */
  readonly files: string
  readonly context: RowContext
}

/** Boundaries from these faces, each projected free of the others, and what edits along both change. */
async function edited(latent: LatentModel, { z, labels }: Located, options: EditOptions): Promise<Row> {
  const { shownFrom, measure, files, context } = options
  const boundaries = labels.map(
    ([, own]): AttributeDirection =>
      attributeDirection(z, own, { method: 'logistic', key: fold(key(context.seed), 30) }),
  )
  const projected = boundaries.map((direction, i) =>
    projectDirection(
      direction,
      boundaries.filter((_, j) => j !== i),
    ),
  )
  const sample = tidy(() => slice(shownFrom, 0, Math.min(200, shownFrom.shape[0])))
  const matrices = {
    before: await measured(latent, sample, boundaries, measure),
    after: await measured(latent, sample, projected, measure),
  }
  sample.dispose()
  for (const [i, [attribute]] of labels.entries()) {
    await save(`${files}-${attribute}.png`, latent, shownFrom, boundaries[i]!)
    await save(`${files}-${attribute}-projected.png`, latent, shownFrom, projected[i]!)
  }
  const cosines = boundaries.map((a) =>
    boundaries.map((b) => a.normal.reduce((sum, v, k) => sum + v * b.normal[k]!, 0)),
  )
  return { faces: z.shape[0], cosines, warnings: projected.flatMap(({ warnings }) => warnings), ...matrices }
}

async function measured(
  latent: LatentModel,
  z: Tensor2D,
  directions: readonly { normal: Float64Array }[],
  measure: Measure,
): Promise<Row> {
  const { relative } = await entanglement(latent, z, directions, measure)
  const identities: number[] = []
  for (const direction of directions) {
    const moved = moveBy(z, direction, 2)
    const kept = await identityKept(latent, z, moved)
    identities.push(kept.reduce((sum, value) => sum + value, 0) / kept.length)
    moved.dispose()
  }
  const matrix = Array.from({ length: relative.rows }, (_, i) => [
    ...relative.data.subarray(i * relative.columns, (i + 1) * relative.columns),
  ])
  return { matrix, summary: summarizeEntanglement(relative), identities }
}

const shown = 8
const steps = 7

/** A row for each face, from without the attribute to with it: ±3 deviations of the distance to the boundary. */
async function save(
  file: string,
  latent: LatentModel,
  z: Tensor2D,
  direction: { normal: Float64Array; offset: number },
): Promise<void> {
  const spread = tidy(() => Math.sqrt(moments(distanceTo(z, direction)).variance.dataSync()[0]!))
  const codes = tidy(() => {
    const faces = unstack(slice(z, 0, shown)).map((code) => expandDims(code, 0) as Tensor2D)
    const amounts = Array.from({ length: steps }, (_, i) => 3 * spread * ((2 * i) / (steps - 1) - 1))
    return concat(faces.flatMap((face) => amounts.map((amount) => moveBy(face, direction, amount))))
  })
  writeFileSync(file, await picture(latent, codes, { columns: steps }))
  codes.dispose()
}
