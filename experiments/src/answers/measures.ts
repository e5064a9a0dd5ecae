/** What is measured of answers to questions about faces. @module */
import type { FaceAttribute } from '@gen/data/faces'
import { extractFeatures, type FeatureMatrix, fid, perceptualDistance, psnr } from '@gen/metrics'
import {
  abs,
  avgPool,
  clone,
  concat,
  dispose,
  max,
  mean,
  slice,
  sqrt,
  square,
  sub,
  type Tensor4D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import type { Row } from '../experiment.ts'
import type { AttributeNetwork } from '../faces/attribute-network.ts'
import type { Question } from './questions.ts'

/** Side of the images that the judge has learned from. */
const judgedSize = 32
const judged = ['skin', 'hairColor', 'mouth'] as const satisfies readonly FaceAttribute[]

/** Names the attributes of faces of {@link judgedSize}, and of answers that are halved to it. */
export interface Judge {
  readonly network: AttributeNetwork
  /** Features of faces that nobody was asked about. */
  readonly faces: FeatureMatrix
}

/** Answers to questions, in sets of one question each. */
export interface Answered {
  readonly question: Question
  /** A face for each set. */
  readonly asked: Tensor4D
  readonly sets: readonly Tensor4D[]
}

/** All that is measured of the answers of one way. */
export function measured({ question, asked, sets }: Answered, judge: Judge): Row {
  const each = sets[0]!.shape[0]
  const all = concat([...sets])
  const truth = tidy(() => concat(sets.map((_, i) => tile(slice(asked, i, 1), [each, 1, 1, 1]))))
  const [off, furthest] = tidy(() => {
    const difference = abs(question.given(all, truth))
    return [mean(difference).dataSync()[0], max(difference).dataSync()[0]]
  })
  const row = {
    given: { off, furthest },
    ...looks(sets, judge),
    ...apart(sets, judge),
    psnr: psnr(all, truth).value,
    perceptual: perceptual(all, truth, judge),
  }
  dispose([all, truth])
  return row
}

/** Share of the answers of which the judge is sure by 90 %, and how many different values a set holds on average. */
export function looks(sets: readonly Tensor4D[], { network }: Judge): Row {
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const small = sets.map(asJudged)
  const named = judged.map((attribute) => small.map((set) => network.name(set, attribute)))
  dispose(small)
  const over = (read: (answers: ReturnType<AttributeNetwork['name']>) => number[]) =>
    Object.fromEntries(judged.map((attribute, i) => [attribute, average(named[i]!.flatMap(read))]))
  return {
    sure: over((answers) => answers.map(({ sure }) => Number(sure >= 0.9))),
    different: over((answers) => [new Set(answers.map(({ label }) => label)).size]),
  }
}

/** How far an answer is from the next one to the same question, on average: root mean square of pixels, and perceptual. */
export function apart(sets: readonly Tensor4D[], judge: Judge): Row {
  const [all, next] = tidy(() => [
    concat([...sets]),
    concat(sets.flatMap((set) => (set.shape[0] === 1 ? [set] : [slice(set, 1), slice(set, 0, 1)]))),
  ]) as [Tensor4D, Tensor4D]
  const pixels = tidy(() => mean(sqrt(mean(square(sub(all, next)), [1, 2, 3]))).dataSync()[0]!)
  const distances = perceptual(all, next, judge)
  dispose([all, next])
  return { apart: { pixels, perceptual: distances.full } }
}

/** LPIPS's form on all convolutions of the judge: as they see the images at full size, and at the size that they have learned from. */
function perceptual(x: Tensor4D, y: Tensor4D, { network }: Judge): { full: number; half: number } {
  const between = (a: Tensor4D, b: Tensor4D): number => {
    const layers = [a, b].map((images) => network.layers(images))
    const { value } = perceptualDistance(layers[0]!, layers[1]!)
    dispose(layers.flat())
    return value
  }
  const small = [asJudged(x), asJudged(y)] as const
  const half = between(...small)
  dispose([...small])
  return { full: between(x, y), half }
}

/** Fréchet distance from faces of the data: of images `[n, size, size, 3]`, one answer to each of many questions. */
export async function fromTheData(images: Tensor4D, { network, faces }: Judge): Promise<number> {
  const small = asJudged(images)
  const features = await extractFeatures(small, network.features)
  small.dispose()
  return fid(faces, features).value
}

/** Images as the judge has learned to see them, of their own. */
function asJudged(images: Tensor4D): Tensor4D {
  return images.shape[1] === judgedSize ? clone(images) : halved(images)
}

/** Means over 2 × 2 pixels. */
export function halved(x: Tensor4D): Tensor4D {
  return avgPool(x, 2, 2, 'valid')
}
