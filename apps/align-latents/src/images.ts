/** The images of the alignment experiments. @module */
import { type Key, key } from '@gen/backend'
import { type Dataset, mnist } from '@gen/data'
import { type FaceAttribute, type Faces, faceAttributes, faces } from '@gen/data/faces'
import type { Tensor4D } from '@tensorflow/tfjs-core'

/** What models are trained on. */
export type DataName = 'faces' | 'digits'

/** Training data, and images that no model has seen, which all are located in. */
export interface AlignImages {
  readonly train: Dataset
  readonly test: Dataset
}

const faceKeys = { train: key(100), test: key(101) }

/** Images in the shared set: a support of up to 4,096, and the rest to test on. */
export const sharedImages: number = 4096 + 400

/** Opens both parts. */
export async function openImages(name: DataName): Promise<AlignImages> {
  if (name === 'digits') return { train: await mnist(), test: await mnist({ split: 'test' }) }
  return { train: await openFaces('train'), test: await openFaces('test') }
}

/** 20,000 faces to train on, or the shared ones. */
export async function openFaces(part: 'train' | 'test'): Promise<Faces> {
  const drawn: Key = faceKeys[part]
  return faces({ count: part === 'train' ? 20_000 : sharedImages, key: drawn })
}

/** The first images of the shared set, `[count, h, w, c]`. */
export function sharedBatch({ test }: Pick<AlignImages, 'test'>, count: number = sharedImages): Tensor4D {
  const { x, labels } = test.take(Array.from({ length: count }, (_, i) => i))
  labels?.dispose()
  return x as Tensor4D
}

/** An attribute of faces as a question with yes and no: any value but the first, or the given ones. */
export const questions: Readonly<Record<string, readonly [FaceAttribute, (value: string) => boolean]>> = {
  glasses: ['glasses', (value) => value !== 'none'],
  openMouth: ['mouth', (value) => value === 'scream' || value === 'tongue' || value === 'grimace'],
  lightHair: ['hairColor', (value) => value === 'blond' || value === 'silver' || value === 'pink'],
  darkSkin: ['skin', (value) => value === 'brown' || value === 'dark'],
}

/** Answers 0 or 1 to every question, for each face. */
export function answers(known: Faces['attributes']): Record<string, number[]> {
  const entries = Object.entries(questions).map(([name, [attribute, holds]]) => {
    const values: readonly string[] = faceAttributes[attribute]
    return [name, Array.from(known[attribute], (label) => Number(holds(values[label]!)))]
  })
  return Object.fromEntries(entries)
}
