/** Stacked MNIST: a thousand modes to count. @module */
import { assertInteger, assertKey, type Key, randintArray } from '@gen/backend'
import type { Batch, Dataset } from '@gen/model'
import { mul, reshape, sum, type Tensor1D, tensor1d, tidy, transpose } from '@tensorflow/tfjs-core'
import { dataset } from './dataset.ts'
import { type MnistOptions, mnist } from './mnist.ts'

/** Options of {@link stackedMnist}. */
export interface StackedMnistOptions extends MnistOptions {
  /** Draws the digits: image i depends only on the key and i. */
  key: Key
  /** Number of images. @default 128000 */
  count?: number
}

/**
 * Makes stacked MNIST: each image `[size, size, 3]` in [0, 1] holds three digits drawn at random, one in each color channel.
 * Its label, 0…999, is `100 · red + 10 · green + blue`: the thousand modes which a generative model should find. Images are
 * put together batch by batch; in memory are only MNIST's bytes. Both sides of its `split` are made of the same digits: for
 * digits that no training saw, take `split: 'test'`.
 *
 * @throws GenError as {@link mnist}, and `value` or `range` for a `count` that is no natural number.
 * @see Unrolled Generative Adversarial Networks (Metz et al., 2016) https://arxiv.org/abs/1611.02163
 * @see PacGAN: The power of two samples in generative adversarial networks (Lin et al., 2017) https://arxiv.org/abs/1712.04086
 * @example
 * const images = await stackedMnist({ size: 32, key: key(0) })
 * const { x, labels } = images.batches({ size: 64, key: key(1) }).at(0)
 */
export async function stackedMnist({ key, count = 128_000, ...options }: StackedMnistOptions): Promise<Dataset> {
  assertKey('data.stackedMnist', 'key', key)
  assertInteger('data.stackedMnist', 'count', count, { min: 1, max: 2 ** 31 - 1 })
  const digits = await mnist(options)
  const [height = 0, width = 0] = digits.shape
  return dataset({
    size: count,
    shape: [height, width, 3],
    classes: 1000,
    take: (indices) => stack(digits, drawDigits(digits.size, key, indices)),
  })
}

function drawDigits(max: number, key: Key, indices: ArrayLike<number>): Int32Array {
  const digits = new Int32Array(3 * indices.length)
  for (let i = 0; i < indices.length; i++) {
    digits.set(randintArray(key, 1, 3, { max, offset: indices[i] as number }), 3 * i)
  }
  return digits
}

function stack(digits: Dataset, chosen: Int32Array): Batch {
  return tidy(() => {
    const [height = 0, width = 0] = digits.shape
    const { x, labels } = digits.take(chosen)
    const channels = reshape(x, [-1, 3, height, width])
    const places = tensor1d([100, 10, 1], 'int32')
    const stacked = sum(mul(reshape(labels as Tensor1D, [-1, 3]), places), 1) as Tensor1D
    return { x: transpose(channels, [0, 2, 3, 1]), labels: stacked }
  })
}
