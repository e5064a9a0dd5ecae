/** Models whose latent space can be worked on. @module */
import { refusal } from '@gen/backend'
import { autoencoderFromDiffusers } from '@gen/convert'
import type { Dataset } from '@gen/data'
import type { LatentModel, LocateOptions } from '@gen/latent-tools'
import { gather, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { choice, type Flag } from '../flags.ts'
import { assertRoom, mostHeld } from '../limits.ts'
import { evenPlaces } from './even-places.ts'
import { folderKind, folderReader } from './foreign-folder.ts'
import type { LatentFolder } from './latent-folder.ts'
import { namedAfter } from './named-after.ts'
import { openOnnxFolder } from './onnx-folder.ts'
import { openModel } from './open-model.ts'
import { openRecoder } from './recoder.ts'

const locateNames = ['auto', 'encode', 'hybrid', 'optimize'] as const

/** How the codes of images are found. */
export const locateFlag: Flag<(typeof locateNames)[number]> = choice(
  'auto',
  locateNames,
  'how images are found in a latent space; auto: by the encoder, of a GAN by one that is trained at its first use ' +
    '(some minutes) and kept in the folder; optimize searches, which takes seconds for each image; hybrid searches from ' +
    'the answer of the encoder',
)

/** A model with codes, and the data that it was trained on. */
export interface OpenLatent {
  readonly latent: LatentModel
  /** Of one image. */
  readonly shape: readonly number[]
  readonly data?: string | undefined
  /** How its images are located. */
  readonly method: NonNullable<LocateOptions['method']>
}

/**
 * Opens the folder of a model that has a latent space: ours, and whatever else `gen convert` reads, or ONNX files.
 *
 * @throws GenError 'config' for a model without, such as a conditional one; 'file' as {@link openModel} and {@link openOnnxFolder}.
 */
export async function openLatent(command: string, folder: string): Promise<LatentFolder> {
  const kind = await folderKind(command, folder)
  if (kind === 'onnx') return openOnnxFolder(command, folder)
  if (kind === 'autoencoder') return openAutoencoder(command, folder)
  const opened = await openModel(command, folder)
  if (opened.model.latent) return opened
  const { family } = opened
  const how = family === 'vae' ? 'with another --preset than conditional' : 'without --conditional'
  const got = `a ${family} model with classes in ${folder}`
  throw refusal('config', command, { expected: 'a model whose codes say all', got, remedy: `train one ${how}` })
}

async function openAutoencoder(command: string, folder: string): Promise<LatentFolder> {
  const latent = await autoencoderFromDiffusers(folderReader(command, folder)).catch((cause) => {
    throw namedAfter(command, cause)
  })
  return { model: { latent, shape: latent.shape }, family: 'autoencoder' }
}

/** The latent space of an open model, with an encoder where `locate` asks for one: of some families it is trained first. */
export async function withEncoder(
  command: string,
  folder: string,
  { model, data, family }: LatentFolder,
  locate: (typeof locateNames)[number],
): Promise<OpenLatent> {
  const latent = model.latent!
  const open = { latent, shape: model.shape, data }
  if (family === 'onnx' && (locate === 'optimize' || locate === 'hybrid')) {
    const got = `${locate}, which searches along a gradient, and an ONNX file has no gradient`
    throw refusal('config', command, { expected: '--locate auto or encode', got })
  }
  if (locate === 'optimize') return { ...open, method: 'optimize' }
  const method = locate === 'auto' ? 'encode' : locate
  if (latent.encode) return { ...open, method }
  const recoder = await openRecoder(command, folder, model)
  if (!recoder) return { ...open, method: 'optimize' }
  const decode: LatentModel['decode'] = (z) => latent.decode(z)
  return { ...open, latent: { latentSize: latent.latentSize, decode, encode: (x) => recoder.encode(x) }, method }
}

/**
 * Items evenly over a dataset, or all.
 *
 * @throws GenError 'range' for more than find room; 'shape' for items that the model does not make.
 */
export function evenItems(
  command: string,
  flag: string,
  dataset: Dataset,
  count: number,
  shape: readonly number[],
): Tensor {
  if (dataset.shape.join() !== shape.join()) {
    const [wanted, got] = [shape, dataset.shape].map((sizes) => `[${sizes.join(', ')}]`)
    throw refusal('shape', command, {
      expected: `data of ${wanted} as the model makes them`,
      got,
      remedy: 'pass other --data',
    })
  }
  const items = Math.min(count, dataset.size)
  assertRoom(command, flag, items, shape, mostHeld)
  const { x, labels } = dataset.take(evenPlaces(dataset.size, items))
  labels?.dispose()
  return x
}

/** Some rows of a tensor, in that order. */
export function rowsOf<T extends Tensor>(x: T, rows: ArrayLike<number>): T {
  return tidy(() => gather(x, tensor1d(Int32Array.from(rows), 'int32')))
}
