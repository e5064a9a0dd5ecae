/** The two sets that `gen eval` compares, as features. @module */
import { GenError, refusal } from '@gen/backend'
import { type Dataset, type Toy, type ToyName, toy, toyNames } from '@gen/data'
import { type Matrix, readMatrix } from '@gen/linear-algebra'
import {
  describeFeatures,
  extractFeatures,
  type FeatureMatrix,
  type Features,
  pixelFeatures,
  resizeImages,
  stackedLabels,
} from '@gen/metrics'
import { loadDigitModel, type ShippedDigitModel } from '@gen/metrics/digits'
import type { Tensor4D } from '@tensorflow/tfjs-core'

/** Features that `--features` may name. */
export const featureNames = ['auto', 'digits', 'pixels'] as const

/** What the metrics work on. */
export interface Subject {
  readonly real: FeatureMatrix
  readonly fake: FeatureMatrix
  /** Class probabilities of the generated samples, where a classifier suits the data. */
  readonly probabilities?: FeatureMatrix
  /** Labels 0…999 of generated stacked digits. */
  readonly stacked?: Int32Array
  /** The toy whose modes are known. */
  readonly toy?: Toy
}

/** What is needed to make a {@link Subject}. */
export interface SubjectOptions {
  /** The data by the name that `--data` gave it. */
  readonly data: string
  readonly real: Dataset
  readonly fake: Dataset
  readonly features: (typeof featureNames)[number]
}

const blockSize = 500
/** Of pixels as features: with more of them, covariances need more samples than anyone draws. */
const mostPixels = 256

/**
 * Extracts the features of both sets: of digits by the shipped classifier, of other images as pixels, of points as they are.
 *
 * @throws GenError 'shape' for samples of another shape than the data; 'config' for features that do not suit them.
 */
export async function subjectOf({ data, real, fake, features }: SubjectOptions): Promise<Subject> {
  assertSameKind(real, fake)
  assertFeatures(data, real, features)
  if (real.shape.length !== 3) {
    const known = (toyNames as readonly string[]).includes(data) ? { toy: toy(data as ToyName) } : {}
    return { real: await points(real), fake: await points(fake), ...known }
  }
  if (!isOfDigits(data, features) && data !== 'stacked-mnist') return pixelSubject(real, fake)
  const model = await loadDigitModel()
  try {
    if (data === 'stacked-mnist') return { ...(await pixelSubject(real, fake)), stacked: await stackedOf(fake, model) }
    if (features === 'pixels')
      return { ...(await pixelSubject(real, fake)), probabilities: await classesOf(fake, model) }
    return {
      real: await extractFeatures(imagesOf(real), model.features),
      fake: await extractFeatures(imagesOf(fake), model.features),
      probabilities: await classesOf(fake, model),
    }
  } finally {
    model.dispose()
  }
}

/**
 * Extracts the features of one set, those that {@link subjectOf} takes for comparisons with the data.
 *
 * @throws GenError as {@link subjectOf}.
 */
export async function featuresOf(
  set: Dataset,
  { data, real, features }: Omit<SubjectOptions, 'fake'>,
): Promise<FeatureMatrix> {
  assertSameKind(real, set)
  assertFeatures(data, real, features)
  if (set.shape.length !== 3) return points(set)
  if (!isOfDigits(data, features) || features === 'pixels')
    return extractFeatures(imagesOf(set), smallPixels(real.shape))
  const model = await loadDigitModel()
  try {
    return await extractFeatures(imagesOf(set), model.features)
  } finally {
    model.dispose()
  }
}

const isOfDigits = (data: string, features: SubjectOptions['features']): boolean =>
  data === 'mnist' || features === 'digits'

function assertFeatures(data: string, { shape }: Dataset, features: SubjectOptions['features']): void {
  if (shape.length !== 3 && features !== 'auto') throw refused(`--features auto for points, got ${features}`)
  if (shape.length === 3 && isOfDigits(data, features) && shape[2] !== 1)
    throw refused('--features digits for gray digits only, got images in color')
}

async function pixelSubject(real: Dataset, fake: Dataset): Promise<Subject> {
  const features = smallPixels(real.shape)
  return {
    real: await extractFeatures(imagesOf(real), features),
    fake: await extractFeatures(imagesOf(fake), features),
  }
}

/** Pixels, of larger images after they are shrunk to a few. */
function smallPixels([height = 1, width = 1, channels = 1]: readonly number[]): Features {
  if (height * width * channels <= mostPixels) return pixelFeatures([height, width, channels])
  const side = Math.floor(Math.sqrt(mostPixels / channels))
  const small = pixelFeatures([side, side, channels])
  const description = { name: `pixels ${side} × ${side}`, size: side * side * channels, resizer: 'antialias-bilinear' }
  return describeFeatures((images) => small(resizeImages(images, [side, side], 'antialias-bilinear')), description)
}

async function classesOf(images: Dataset, { classify, features }: ShippedDigitModel): Promise<Matrix> {
  const { resizer = 'none' } = features.description ?? {}
  const description = { name: 'gen-digits-1 probabilities', size: 10, resizer }
  return extractFeatures(imagesOf(images), describeFeatures(classify, description))
}

async function stackedOf(images: Dataset, { classify }: ShippedDigitModel): Promise<Int32Array> {
  const labels = new Int32Array(images.size)
  let at = 0
  for (const batch of imagesOf(images)) {
    labels.set(stackedLabels(batch, classify), at)
    at += batch.shape[0]
  }
  return labels
}

/** Images in blocks, each gone when the next is asked for. */
function* imagesOf(data: Dataset): Generator<Tensor4D> {
  for (let start = 0; start < data.size; start += blockSize) {
    const { x, labels } = data.take(numbers(start, Math.min(data.size, start + blockSize)))
    labels?.dispose()
    yield x as Tensor4D
    x.dispose()
  }
}

async function points(data: Dataset): Promise<FeatureMatrix> {
  const { x, labels } = data.take(numbers(0, data.size))
  labels?.dispose()
  const [size = 0] = data.shape
  try {
    return { ...(await readMatrix(x)), features: { name: 'coordinates', size, resizer: 'none' } }
  } finally {
    x.dispose()
  }
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

function assertSameKind(real: Dataset, fake: Dataset): void {
  const sizesMayDiffer = real.shape.length === 3 && fake.shape.length === 3 && real.shape[2] === fake.shape[2]
  if (sizesMayDiffer || real.shape.join() === fake.shape.join()) return
  const got = `[${fake.shape.join(', ')}]`
  throw refusal('shape', 'gen eval', { expected: `samples of [${real.shape.join(', ')}] as the data`, got })
}

const refused = (what: string): GenError => new GenError('config', `gen eval: expected ${what}; leave --features out`)
