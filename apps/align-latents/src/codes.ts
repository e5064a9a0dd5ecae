/** The shared images located in a model, kept on disk. @module */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeNpy, encodeNpy, readRaw, toArray } from '@gen/io'
import { type LatentModel, locate, type Matrix } from '@gen/latent-tools'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { AlignContext } from './align-context.ts'

/** Codes of the first images, `[images, latentSize]`, by the model's encoder. */
export async function codesOf(
  name: string,
  model: LatentModel,
  images: Tensor4D,
  context: AlignContext,
): Promise<Matrix> {
  const file = join(context.scratch, `${name}-codes.npy`)
  if (!existsSync(file)) {
    context.progress(`locating ${images.shape[0]} images`)
    const { z, error } = await locate(model, images)
    writeFileSync(file, encodeNpy(await readRaw(z)))
    z.dispose()
    error.dispose()
  }
  const entry = decodeNpy(new Uint8Array(readFileSync(file)))
  const [rows = 0, columns = 0] = entry.shape
  return { rows, columns, data: Float32Array.from(toArray(entry) as Float32Array) }
}
