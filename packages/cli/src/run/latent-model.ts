/** Models whose latent space can be worked on. @module */
import { GenError } from '@gen/backend'
import type { Dataset } from '@gen/data'
import type { LatentModel } from '@gen/latent-tools'
import { gather, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { openModel } from './open-model.ts'

/** A model with codes, and the data that it was trained on. */
export interface OpenLatent {
  readonly latent: LatentModel
  readonly data?: string | undefined
}

/**
 * Opens the folder of a model that has a latent space.
 *
 * @throws GenError 'config' for a model without, such as a conditional one; 'file' as {@link openModel}.
 */
export async function openLatent(command: string, folder: string): Promise<OpenLatent> {
  const { model, family, data } = await openModel(command, folder)
  if (model.latent) return { latent: model.latent, data }
  throw new GenError(
    'config',
    `${command}: expected a model whose codes say all, got a ${family} model without in ${folder}; train it without classes`,
  )
}

/** The first items of a dataset, or all. */
export function firstItems(dataset: Dataset, count: number): Tensor {
  const { x, labels } = dataset.take(Array.from({ length: Math.min(count, dataset.size) }, (_, i) => i))
  labels?.dispose()
  return x
}

/** Some rows of a tensor, in that order. */
export function rowsOf<T extends Tensor>(x: T, rows: ArrayLike<number>): T {
  return tidy(() => gather(x, tensor1d(Int32Array.from(rows), 'int32')))
}
