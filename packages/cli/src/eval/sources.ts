/** What `gen eval` may be given: samples in a file, parts of a draw in a folder, or a model that draws them. @module */
import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { refusal } from '@gen/backend'
import { type Dataset, dataset, npyDataset, npzDataset } from '@gen/data'
import { encodeNpy } from '@gen/io'
import { gather, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { SampleOptions } from '../families/family.ts'
import { type Part, readPart } from '../parts/part-file.ts'
import { partNames, readParts } from '../parts/read-parts.ts'
import { joinedSamples } from '../parts/samples.ts'
import { type OpenModel, openModel } from '../run/open-model.ts'

/** What is measured. */
export type Source =
  | { readonly kind: 'model'; readonly opened: OpenModel }
  | { readonly kind: 'samples'; readonly fake: Dataset }
  /** One part by itself, or all of a draw. */
  | { readonly kind: 'parts'; readonly parts: Parts }
  /** The same, of sums over samples. */
  | { readonly kind: 'statistics'; readonly parts: Parts }

export type Parts = readonly [Part, ...Part[]]

const command = 'gen eval'

/**
 * Opens what stands on the command line.
 *
 * @throws GenError 'file' for what cannot be read; 'config' for parts that are not all of one draw; as `openModel` for a model.
 */
export async function openSource(path: string): Promise<Source> {
  const ending = extname(path)
  if (ending === '.npy') return { kind: 'samples', fake: npyDataset(await bytesOf(path)) }
  if (ending === '.npz') return openNpz(path)
  if (await isFolderOfParts(path)) return ofParts(await readParts(command, path))
  return { kind: 'model', opened: await openModel(command, path) }
}

/** A file of ours says which part it is; anybody's holds samples. */
async function openNpz(path: string): Promise<Source> {
  const part = await readPart(command, path).catch(() => undefined)
  return part ? ofParts([part]) : { kind: 'samples', fake: npzDataset(await bytesOf(path)) }
}

const ofParts = (parts: Parts): Source =>
  parts[0].about.kind === 'statistics' ? { kind: 'statistics', parts } : { kind: 'parts', parts }

async function isFolderOfParts(path: string): Promise<boolean> {
  const isModel = await stat(join(path, 'config.json')).then(
    () => true,
    () => false,
  )
  return !isModel && (await partNames(path)).length > 0
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    throw refusal('file', command, { expected: `to read ${path}`, got: (cause as Error).message, cause })
  })
}

/** The samples of parts, of one alone or of all, as a dataset. */
export function samplesOfParts(parts: Parts): Dataset {
  return npyDataset(encodeNpy(joinedSamples(command, parts).x))
}

/** Samples that a model has drawn, as a dataset that reads from their tensor. */
export function samplesOfTensor(samples: Tensor): Dataset {
  const [size = 0, ...shape] = samples.shape
  const take = (indices: ArrayLike<number>) => ({
    x: tidy(() => gather(samples, tensor1d(Int32Array.from(indices), 'int32'))),
  })
  return dataset({ size, shape, take })
}

/** How a model drew, as the results keep it. */
export function drawnBy(family: string, { steps, guidance, labels, sampler, spacing }: SampleOptions): object {
  return {
    family,
    steps,
    ...(sampler && { sampler }),
    ...(spacing && { spacing }),
    guidance,
    ...(labels && { labels }),
  }
}
