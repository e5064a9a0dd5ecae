/** What the diffusion experiments draw: digits by class, and cartoon faces of 32 pixels. @module */
import { fold, key } from '@gen/backend'
import { type Dataset, mnist } from '@gen/data'
import { faces } from '@gen/data/faces'
import { loadDigitModel } from '@gen/metrics/digits'
import { attributeNetwork } from '../faces/attribute-network.ts'
import { compared, imageJudge, type Judge, type Verdict } from './judge.ts'

/** Pictures to learn, the network that fits them, and who judges it. */
export interface Subject {
  readonly name: SubjectName
  readonly data: Dataset
  /** Of the labels, where it is sampled by class. */
  readonly classes?: number
  readonly network: { readonly widths: number[]; readonly depth: number; readonly attention?: number[] }
  readonly batch: number
  readonly ema: number
  readonly judge: Judge
  /** What the judge says of pictures that were learned from: nothing drawn can be expected to be better. */
  readonly real: () => Promise<Verdict>
}

/** Names of the subjects. */
export type SubjectName = 'digits' | 'faces'

/** Loads, once, what `npm start` draws, or the faces of `gen train diffusion --data faces`. */
export const subjects: Readonly<Record<SubjectName, () => Promise<Subject>>> = {
  digits: once(loadDigits),
  faces: once(loadFaces),
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load()
    return loaded
  }
}

async function loadDigits(): Promise<Subject> {
  const { features, classify } = await loadDigitModel()
  const data = await mnist()
  const judge = await imageJudge(await mnist({ split: 'test' }), features, { classify })
  return {
    ...{ name: 'digits', data, classes: 10, batch: 32, ema: 0.99, judge, real: once(() => judgedOf(data, judge)) },
    network: { widths: [16, 48, 96], depth: 1 },
  }
}

async function loadFaces(): Promise<Subject> {
  const data = await faces({ count: 20_000, key: fold(key(0), 1) })
  const { features, groups, classify } = await attributeNetwork(data)
  const judge = await imageJudge(await faces({ count: 5000, key: fold(key(0), 2) }), features, { classify, groups })
  return {
    ...{ name: 'faces', data, batch: 32, ema: 0.998, judge, real: once(() => judgedOf(data, judge)) },
    network: { widths: [24, 64, 128], depth: 1, attention: [2] },
  }
}

async function judgedOf(data: Dataset, judge: Judge): Promise<Verdict> {
  const { x, labels } = data.take(Array.from({ length: compared }, (_, i) => i))
  labels?.dispose()
  return judge(x)
}
