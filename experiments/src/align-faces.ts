/** "GAN and VAE share the same space": six models on faces and on digits, and linear maps between all of them. @module */
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { codesOf } from './align/codes.ts'
import { answers, type DataName, openFaces, openImages, sharedBatch, sharedImages } from './align/images.ts'
import { type ModelName, modelNames } from './align/models.ts'
import { alignPair } from './align/pair.ts'
import { type TrainedModel, trainModel } from './align/train-model.ts'
import { pairType, verdict } from './align/verdict.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const dataNames: readonly DataName[] = ['faces', 'digits']

export const alignFaces: Experiment = {
  name: 'align-faces',
  description:
    'two VAEs, a Split-VAE, a GAN with recoder, a flow and a diffusion model, mapped onto each other linearly',
  minutes: 12,
  rows: Object.fromEntries(dataNames.flatMap((data) => [...trainings(data), ...pairs(data)])),
  finish: async (rows) => verdict(rows),
}

type NamedRow = [string, (context: RowContext) => Promise<Row>]

function trainings(data: DataName): NamedRow[] {
  return modelNames.map((name) => [
    `${data}-${name}`,
    async (context) => {
      const { model, images } = await open(data, name, context)
      const { rows, columns } = await codesOf(`${data}-${name}`, model.latent, images, context)
      return { training: model.training, latentSize: columns, images: rows }
    },
  ])
}

function pairs(data: DataName): NamedRow[] {
  return modelNames.flatMap((a) =>
    modelNames
      .filter((b) => b !== a)
      .map((b): NamedRow => [`${data}-${a}-to-${b}`, (context) => pairRow(data, a, b, context)]),
  )
}

async function pairRow(data: DataName, a: ModelName, b: ModelName, context: RowContext): Promise<Row> {
  const from = await open(data, a, context)
  const to = await open(data, b, context)
  const { images } = from
  const attributes = data === 'faces' ? answers((await openFaces('test')).attributes) : {}
  const row = await alignPair({
    name: `${data}-${a}-to-${b}`,
    names: [a, b],
    models: [from.model.latent, to.model.latent],
    codes: [
      await codesOf(`${data}-${a}`, from.model.latent, images, context),
      await codesOf(`${data}-${b}`, to.model.latent, images, context),
    ],
    images,
    attributes,
    context,
  })
  return { data, type: pairType(a, b), ...row }
}

/** Models stay open from row to row. */
const opened = new Map<string, Promise<{ model: TrainedModel; images: Tensor4D }>>()
const imagesOf = new Map<
  DataName,
  Promise<{ train: Awaited<ReturnType<typeof openImages>>['train']; images: Tensor4D }>
>()

function open(
  data: DataName,
  name: ModelName,
  context: RowContext,
): Promise<{ model: TrainedModel; images: Tensor4D }> {
  const id = `${data}-${name}`
  const found = opened.get(id) ?? openNow(data, name, context)
  opened.set(id, found)
  return found
}

async function openNow(
  data: DataName,
  name: ModelName,
  context: RowContext,
): Promise<{ model: TrainedModel; images: Tensor4D }> {
  const known =
    imagesOf.get(data) ??
    openImages(data).then((both) => ({ train: both.train, images: sharedBatch(both, countFor(context)) }))
  imagesOf.set(data, known)
  const { train, images } = await known
  return { model: await trainModel({ name, data, train, context }), images }
}

/** A trial run (less than a minute for each model) locates fewer images. */
function countFor({ minutes }: RowContext): number {
  return minutes < 1 ? 160 : sharedImages
}
