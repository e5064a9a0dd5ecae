/** Judges generated digits by the shipped classifier. @module */
import { key } from '@gen/backend'
import { mnist } from '@gen/data'
import { confidentShare, extractFeatures, type FeatureMatrix, fid, kid, prdc } from '@gen/metrics'
import { loadDigitModel } from '@gen/metrics/digits'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'

/** Samples that are compared with as many test digits. */
export const compared = 1000

/** What the classifier says of samples. */
export interface Verdict {
  readonly fid: number
  readonly kid: number
  /** Samples that it names with at least 0.9 confidence. */
  readonly confident: number
  /** Share of test digits that have a sample near. */
  readonly coverage: number
}

/** Makes a judge, which disposes what it judges. */
export async function digitJudge(): Promise<(samples: Tensor) => Promise<Verdict>> {
  const { features, classify } = await loadDigitModel()
  const test = await mnist({ split: 'test' })
  const all = test.take(Array.from({ length: test.size }, (_, i) => i))
  const real = await extractFeatures(all.x as Tensor4D, features)
  all.x.dispose()
  all.labels?.dispose()
  return async (samples) => {
    const fake = await extractFeatures(samples as Tensor4D, features)
    const named = await extractFeatures(samples as Tensor4D, classify)
    samples.dispose()
    return {
      fid: fid(real, fake).value,
      kid: kid(real, fake, { key: key(0) }).value,
      confident: confidentShare(named).value,
      coverage: prdc(first(real, fake.rows), fake, { neighbors: 5 }).coverage.value,
    }
  }
}

function first(set: FeatureMatrix, rows: number): FeatureMatrix {
  return { ...set, rows, data: set.data.subarray(0, rows * set.columns) }
}
