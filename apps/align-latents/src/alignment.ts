/** All models of one kind of data, opened when asked for, and mapped onto each other. @module */
import type { Matrix } from '@gen/latent-tools'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { AlignContext } from './align-context.ts'
import { codesOf } from './codes.ts'
import { type AlignImages, answers, type DataName, openFaces, openImages, sharedBatch, sharedImages } from './images.ts'
import type { ModelName } from './models.ts'
import { type AlignedPair, alignPair, type Pair } from './pair.ts'
import { type TrainedModel, trainModel } from './train-model.ts'
import { type Unexplained, unexplained } from './unexplained.ts'

/** A model and the shared images located in it. */
export interface LocatedModel extends TrainedModel {
  readonly codes: Matrix
}

/** Everything that is done with one kind of data. */
export interface Alignment {
  /** Trains a model and locates the shared images in it, or reads what is kept of it. */
  open(name: ModelName, context: AlignContext): Promise<LocatedModel>
  /** Maps the first space onto the second. */
  align(a: ModelName, b: ModelName, context: AlignContext): Promise<AlignedPair>
  /** What the map misses of the second space, and what becomes of images when it is put back. */
  unexplained(a: ModelName, b: ModelName, ridge: number, context: AlignContext): Promise<Unexplained>
}

/** Opens nothing yet. */
export function alignment(data: DataName): Alignment {
  const models = new Map<ModelName, Promise<LocatedModel>>()
  let images: Promise<Pick<AlignImages, 'train'> & { shared: Tensor4D }> | undefined
  const open = (name: ModelName, context: AlignContext) => {
    images ??= openShared(data, context)
    const found =
      models.get(name) ?? images.then(({ train, shared }) => located(data, name, { train, shared }, context))
    models.set(name, found)
    return found
  }
  const pairOf = async (a: ModelName, b: ModelName, context: AlignContext): Promise<Pair> => {
    const both = [await open(a, context), await open(b, context)] as const
    return {
      names: [a, b],
      models: [both[0].latent, both[1].latent],
      codes: [both[0].codes, both[1].codes],
      images: (await images!).shared,
      attributes: data === 'faces' ? answers((await openFaces('test')).attributes) : {},
      context,
    }
  }
  return {
    open,
    align: async (a, b, context) => alignPair(await pairOf(a, b, context)),
    unexplained: async (a, b, ridge, context) => unexplained(await pairOf(a, b, context), ridge),
  }
}

async function openShared(
  data: DataName,
  { minutes }: AlignContext,
): Promise<{ train: AlignImages['train']; shared: Tensor4D }> {
  const { train, test } = await openImages(data)
  // A trial run (less than a minute for each model) locates fewer images.
  return { train, shared: sharedBatch({ test }, minutes < 1 ? 160 : sharedImages) }
}

async function located(
  data: DataName,
  name: ModelName,
  { train, shared }: { train: AlignImages['train']; shared: Tensor4D },
  context: AlignContext,
): Promise<LocatedModel> {
  const model = await trainModel({ name, data, train, context })
  return { ...model, codes: await codesOf(`${data}-${name}`, model.latent, shared, context) }
}
