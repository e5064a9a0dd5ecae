/** MNIST, gray or binary, and the features that FID is measured on. @module */
import { fold, type Key, key, uniform } from '@gen/backend'
import { type Batch, type Batches, type BatchesOptions, type Dataset, mnist } from '@gen/data'
import { extractFeatures, type Features } from '@gen/metrics'
import { loadDigitModel } from '@gen/metrics/digits'
import type { Items } from '@gen/model'
import { cast, dispose, less, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core'

/** Gray levels as they are, or each pixel on with its gray level as probability. */
export type Pixels = 'gray' | 'binary'

/** Data and features of the experiment. */
export interface Digits {
  readonly train: Dataset
  readonly test: Dataset
  readonly features: Features
  /** Training batches; binary pixels are drawn anew in each. */
  batches(pixels: Pixels, options: BatchesOptions & { key: Key }): Batches<Batch>
  /** A dataset whose binary pixels are drawn once and for all. */
  items(pixels: Pixels, data: Dataset): Items
  /** Features of the test digits, all of them. */
  real(): ReturnType<typeof extractFeatures>
}

/** Opens the data. */
export async function openDigits(): Promise<Digits> {
  opened ??= open()
  return opened
}

let opened: Promise<Digits> | undefined

async function open(): Promise<Digits> {
  const [train, test] = [await mnist(), await mnist({ split: 'test' })]
  const { features } = await loadDigitModel()
  let real: ReturnType<Digits['real']> | undefined
  return {
    train,
    test,
    features,
    batches: (pixels, options) => {
      const source = train.batches(options)
      return { at: (index) => as(pixels, source.at(index), fold(fold(options.key, 1), index)) }
    },
    items: (pixels, data) => ({
      size: data.size,
      take: (indices) => as(pixels, data.take(indices), fold(key(binaryKey), indices[0] ?? 0)),
    }),
    real: () => {
      real ??= extractFeatures(imagesOf(test), features)
      return real
    },
  }
}

/** One binary test set for all. */
const binaryKey = 1234

function as(pixels: Pixels, batch: Batch, k: Key): Batch {
  if (pixels === 'gray') return batch
  const x = tidy(() => cast(less(uniform(k, batch.x.shape), batch.x), 'float32'))
  batch.x.dispose()
  return { ...batch, x }
}

/** All images of a dataset, in batches. */
export async function* imagesOf(data: Items, size = 250): AsyncGenerator<Tensor4D> {
  for (let start = 0; start < data.size; start += size) {
    const rows = Math.min(size, data.size - start)
    const batch = data.take(Array.from({ length: rows }, (_, i) => start + i))
    yield batch.x as Tensor4D
    dispose(batch as unknown as Tensor[])
  }
}
