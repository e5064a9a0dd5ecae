/** Where images lie in a model's latent space, with progress: it may take long. @module */
import { fold, type Key, refusal } from '@gen/backend'
import { type LatentModel, type LocateOptions, locate } from '@gen/latent-tools'
import { concat, dispose, slice, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { counter } from '../counter.ts'
import { interruptible } from '../interrupt.ts'

/** How images are located. */
export interface LocateImagesOptions {
  readonly method: NonNullable<LocateOptions['method']>
  /** Whose codes, in the progress. */
  readonly name: string
  /** Of the searches. */
  readonly key: Key
}

/** Images between two signs of life. */
const atOnce = { encode: 64, hybrid: 32, optimize: 16 }

/**
 * The codes of images, `[images, latentSize]`.
 *
 * @throws GenError as `locate`; 'aborted' on Ctrl-C.
 */
export async function locateImages(
  model: LatentModel,
  images: Tensor,
  { method, name, key }: LocateImagesOptions,
): Promise<Tensor2D> {
  const count = images.shape[0]
  const view = counter(`locating images in ${name}${method === 'encode' ? '' : ' by search'}`, count)
  const codes: Tensor2D[] = []
  try {
    return await interruptible(async (signal) => {
      for (let start = 0; start < count; start += atOnce[method]) {
        if (signal.aborted)
          throw refusal('aborted', 'gen', { expected: `${count} images to locate`, got: `interrupted at ${start}` })
        const rows = Math.min(atOnce[method], count - start)
        const begin = [start, ...images.shape.slice(1).map(() => 0)]
        const some = slice(images, begin, [rows, ...images.shape.slice(1)])
        try {
          const { z, error } = await locate(model, some, { method, key: fold(key, start), batchSize: rows, signal })
          codes.push(z)
          error.dispose()
        } finally {
          some.dispose()
        }
        view.update(start + rows)
      }
      return concat(codes)
    })
  } finally {
    view.stop()
    dispose(codes)
  }
}
