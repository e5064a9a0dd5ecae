/** Samples of a GAN as a picture. @module */
import { writeFileSync } from 'node:fs'
import type { Key } from '@gen/backend'
import type { Gan } from '@gen/gan'
import { encodePng, grid } from '@gen/io'
import type { Tensor4D } from '@tensorflow/tfjs-core'

/** Writes a sheet of 8 × 8 samples. */
export async function writeSampleSheet(path: string, model: Gan, key: Key): Promise<void> {
  const samples = (await model.sample({ count: 64, key })) as Tensor4D
  const sheet = grid(samples, { columns: 8 })
  writeFileSync(path, encodePng(sheet))
  samples.dispose()
  sheet.dispose()
}
