/** The samples of a run: always drawn with the same key, so that grids can be compared. @module */
import { GenError, refusal } from '@gen/backend'
import { encodeNpy, readRaw } from '@gen/io'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FamilyModel, SampleOptions } from '../families/family.ts'
import { classColumns, pictureOf } from './picture.ts'
import type { RunFolder } from './run-folder.ts'

/** How many samples, and how they are drawn. */
export type SampleWishes = Omit<SampleOptions, 'signal'>

/** Samples as a file. */
export interface SampleFile {
  readonly file: Uint8Array | string
  readonly extension: 'png' | 'svg' | 'npy' | 'txt'
}

/** Draws samples and writes them as `samples/step-….png` or, where they have no picture, `.svg`, `.txt` or `.npy`. */
export async function drawSamples(
  model: FamilyModel,
  folder: RunFolder,
  wishes: SampleWishes,
  step: number,
): Promise<SampleFile & { path: string }> {
  const drawn = await sampleFile(model, wishes)
  const path = await folder.saveSamples(`step-${String(step).padStart(6, '0')}.${drawn.extension}`, drawn.file)
  return { ...drawn, path }
}

/**
 * Draws and encodes a sample or two before a training, so that it does not fail after it.
 *
 * @throws GenError 'config' naming what the model says.
 */
export async function tryToSample(command: string, model: FamilyModel, wishes: SampleWishes): Promise<void> {
  try {
    await sampleFile(model, { ...wishes, count: Math.min(wishes.count, 2) })
  } catch (cause) {
    // What has not learned may say anything, so its numbers are no reason not to train it.
    if (GenError.is(cause) && cause.code === 'non-finite') return
    const message = cause instanceof Error ? cause.message : String(cause)
    throw refusal('config', command, {
      expected: 'a model that can be sampled',
      got: `an untrained one for which ${message}`,
      remedy: 'take other data or another network',
      cause,
    })
  }
}

async function sampleFile(model: FamilyModel, wishes: SampleWishes): Promise<SampleFile> {
  const samples = await model.sample(wishes)
  try {
    if (model.lines) return { file: textOf(await model.lines(samples)), extension: 'txt' }
    const classes = wishes.labels ?? Array.from({ length: model.classes ?? 0 }, (_, i) => i)
    return hasPicture(samples)
      ? await pictureOf(samples, classColumns(wishes.count, classes))
      : { file: encodeNpy(await readRaw(samples)), extension: 'npy' }
  } finally {
    samples.dispose()
  }
}

/** Samples as a text file. */
export function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

/** Images of other channels than gray, color or either with opacity, volumes: numbers alone. */
function hasPicture({ rank, shape }: Tensor): boolean {
  const last = shape.at(-1) ?? 0
  return rank === 4 ? last <= 4 : rank === 2
}
