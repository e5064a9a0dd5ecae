/** A model folder with its weights in half the bytes. @module */
import { fileURLToPath } from 'node:url'
import { encodePng, grid } from '@gen/io'
import { writeModelFolder } from '@gen/io/node'
import { readWeights } from '@gen/train'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { halved } from './half.ts'

/** Where the site's models are. */
export const modelsFolder: string = fileURLToPath(new URL('../../models/', import.meta.url))

/** What is stored with a model. */
export interface ModelNotes {
  readonly name: string
  readonly family: string
  readonly data: string
  readonly description: string
  /** How it was made. */
  readonly command: string
  /** Pictures of the card. */
  readonly samples: Tensor4D
}

/** Writes `models/name`. */
export async function saveHalved(
  model: Parameters<typeof readWeights>[0] & { readonly config: unknown },
  { name, family, data, description, command, samples }: ModelNotes,
): Promise<void> {
  await writeModelFolder(`${modelsFolder}${name}`, {
    config: { family, model: model.config, data },
    tensors: await halvedWeights(model),
    card: { name, description, data, license: 'MIT', command },
    samples: encodePng(grid(samples, { columns: 8 })),
  })
}

/** All weights, halved, by their names. */
export async function halvedWeights(
  model: Parameters<typeof readWeights>[0],
): Promise<Record<string, ReturnType<typeof halved>>> {
  const weights = Object.entries(await readWeights(model))
  return Object.fromEntries(weights.map(([path, raw]) => [path, halved(raw)]))
}
