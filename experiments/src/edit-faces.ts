/** Editing faces whose attributes are known: boundaries, entanglement before and after projection, pictures. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers, openFaces, sharedBatch, trainModel } from '@gen/align-latents'
import { fold, key } from '@gen/backend'
import type { Batch } from '@gen/data'
import type { Faces } from '@gen/data/faces'
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
  summariseEntanglement,
} from '@gen/latent-tools'
import { convEncoder } from '@gen/nn'
import { adam, fit, type Trainable } from '@gen/train'
import {
  concat,
  expandDims,
  losses,
  moments,
  type Scalar,
  sigmoid,
  slice,
  type Tensor2D,
  tensor2d,
  tidy,
  unstack,
  type Variable,
} from '@tensorflow/tfjs-core'
import { modelsFolder } from './align/models-folder.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const models = ['vae-1', 'gan'] as const

export const editFaces: Experiment = {
  name: 'edit-faces',
  description: 'editing of known attributes of faces in a VAE and in a GAN: boundaries, entanglement, identity',
  minutes: 4,
  rows: Object.fromEntries(models.map((name) => [name, (context: RowContext) => row(name, context)])),
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
  const labels = Object.entries(answers(test.attributes))
  const boundaries: AttributeDirection[] = []
  const accuracy: Record<string, unknown> = {}
  for (const [attribute, all] of labels) {
    const own = all.slice(0, z.shape[0])
    const of = (method: 'svm' | 'logistic' | 'lda' | 'meanDifference') =>
      attributeDirection(z, own, { method, key: fold(key(context.seed), 30) })
    boundaries.push(of('logistic'))
    accuracy[attribute] = Object.fromEntries(
      (['svm', 'logistic', 'lda', 'meanDifference'] as const).map((method) => [method, of(method).accuracy]),
    )
  }
  const projected = boundaries.map((direction, i) =>
    projectDirection(
      direction,
      boundaries.filter((_, j) => j !== i),
    ),
  )
  context.progress('measuring entanglement')
  const sample = tidy(() => slice(z, 0, Math.min(200, z.shape[0])))
  const matrices = {
    before: await measured(latent, sample, boundaries, judge.measure),
    after: await measured(latent, sample, projected, judge.measure),
  }
  for (const [i, [attribute]] of labels.entries()) {
    const file = join(context.pictures, `${name}-${attribute}`)
    await save(`${file}.png`, latent, z, boundaries[i]!)
    await save(`${file}-projected.png`, latent, z, projected[i]!)
  }
  for (const tensor of [images, z, sample]) tensor.dispose()
  judge.dispose()
  const cosines = boundaries.map((a) =>
    boundaries.map((b) => a.normal.reduce((sum, v, k) => sum + v * b.normal[k]!, 0)),
  )
  const warnings = projected.flatMap((direction) => direction.warnings)
  return {
    training,
    attributes: labels.map(([attribute]) => attribute),
    accuracy,
    judge: judge.accuracy,
    cosines,
    warnings,
    ...matrices,
  }
}

/** A network that says from the image which attributes a face has: what an edit changes is judged in images. */
async function attributeJudge(train: Faces, test: Faces, context: RowContext): Promise<Judge> {
  const truth = answers(train.attributes)
  const names = Object.keys(truth)
  const network = convEncoder({
    ...{ shape: [32, 32, 3], outputs: names.length, widths: [16, 32, 64] },
    key: fold(key(context.seed), 40),
  })
  const variables = () => network.trainableWeights.map((weight) => weight.read() as Variable)
  type Labelled = Batch & { truth: Tensor2D }
  const model: Trainable<Labelled> = {
    players: [
      {
        name: 'judge',
        variables,
        loss: ({ x, truth: wanted }) => ({
          total: losses.sigmoidCrossEntropy(wanted, network.apply(x) as Tensor2D) as Scalar,
        }),
      },
    ],
  }
  const size = 128
  const batches = {
    at: (index: number): Labelled => {
      const rows = Array.from({ length: size }, (_, i) => (index * size + i) % train.size)
      return { x: train.take(rows).x, truth: tensor2d(rows.map((at) => names.map((name) => truth[name]![at]!))) }
    },
  }
  const steps = Math.max(20, Math.round(300 * context.minutes))
  const optimizer = adam({ learningRate: 2e-3 })
  for await (const event of fit(model, batches, { steps, optimizer, ema: 0.98, key: fold(key(context.seed), 41) })) {
    if (event.type === 'step' && event.step % 10 === 0) context.progress(`judge ${event.step}/${steps}`)
  }
  const measure: Measure = (x) => network.apply(x) as Tensor2D
  return {
    measure,
    accuracy: await judgeAccuracy(measure, test, names),
    dispose: () => network.dispose(),
  }
}

interface Judge {
  /** Logits of the attributes. */
  readonly measure: Measure
  readonly accuracy: Row
  dispose(): void
}

async function judgeAccuracy(measure: Measure, test: Faces, names: readonly string[]): Promise<Row> {
  const truth = answers(test.attributes)
  const { x } = test.take(Array.from({ length: 500 }, (_, i) => i))
  const said = tidy(() => sigmoid(measure(x) as Tensor2D))
  const values = (await said.array()) as number[][]
  x.dispose()
  said.dispose()
  return Object.fromEntries(
    names.map((name, j) => {
      const right = values.filter((row, i) => row[j]! > 0.5 === (truth[name]![i] === 1))
      return [name, right.length / values.length]
    }),
  )
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
  return { matrix, summary: summariseEntanglement(relative), identities }
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
