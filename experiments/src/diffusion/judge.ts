/** Judges drawn images by features, and by how sure a classifier is of them. @module */
import { key } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { extractFeatures, type FeatureMatrix, type Features, fid, kid, prdc } from '@gen/metrics'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/** Samples that are compared with as many images. */
export const compared = 1000

/** What a judge says of samples. */
export interface Verdict {
  readonly fid: number
  readonly kid: number
  /** Share of what there is to name (the digit; each attribute of a face) that is named with at least 0.9. */
  readonly confident: number
  /** Share of unseen images that have a sample near. */
  readonly coverage: number
}

/** Says it, and disposes the samples. */
export type Judge = (samples: Tensor) => Promise<Verdict>

/** Names images. */
export interface Namer {
  /** Probabilities `[images, values]` of one question, or of several side by side. */
  classify(images: Tensor4D): Tensor2D
  /** How many values each question has. @default all of them are one question's */
  groups?: readonly number[]
}

/** A judge who knows unseen images. */
export async function imageJudge(unseen: Dataset, features: Features, namer: Namer): Promise<Judge> {
  const all = unseen.take(Array.from({ length: unseen.size }, (_, i) => i))
  const real = await extractFeatures(all.x as Tensor4D, features)
  all.x.dispose()
  all.labels?.dispose()
  return async (samples) => {
    const fake = await extractFeatures(samples as Tensor4D, features)
    const probabilities = namer.classify(samples as Tensor4D)
    const rows = await probabilities.array()
    probabilities.dispose()
    samples.dispose()
    return {
      fid: fid(real, fake).value,
      kid: kid(real, fake, { key: key(0) }).value,
      confident: namedShare(rows, namer.groups ?? [rows[0]!.length]),
      coverage: prdc(first(real, fake.rows), fake, { neighbors: 5 }).coverage.value,
    }
  }
}

function namedShare(rows: readonly number[][], groups: readonly number[]): number {
  const ends = groups.map((_, i) => groups.slice(0, i + 1).reduce((a, b) => a + b))
  const sure = rows.flatMap((row) => ends.map((end, i) => Math.max(...row.slice(end - groups[i]!, end)) >= 0.9))
  return sure.filter(Boolean).length / sure.length
}

function first(set: FeatureMatrix, rows: number): FeatureMatrix {
  return { ...set, rows, data: set.data.subarray(0, rows * set.columns) }
}
