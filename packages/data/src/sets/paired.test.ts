import { GenError, key, normal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { dispose, memory, ones, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gray } from '../images/gray.ts'
import { dataset } from './dataset.ts'
import { imageDataset } from './image-dataset.ts'
import { paired } from './paired.ts'

const colored = (): Dataset =>
  imageDataset({
    pixels: Uint8Array.from({ length: 5 * 12 }, (_, i) => (i * 53) % 256),
    shape: [2, 2, 3],
    labels: [0, 1, 2, 0, 1],
  })

describe('gray', () => {
  it('is the brightness, in [0, 1], and that of gray is itself', () => {
    tidy(() => {
      const pixels = tensor4d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.25, 0.25, 0.25], [1, 2, 2, 3])
      expect(gray(pixels).dataSync()).toBeAllClose([0.299, 0.587, 0.114, 0.25])
      expect(gray(ones([2, 3, 4, 3])).shape).toEqual([2, 3, 4, 1])
    })
  })

  it('refuses other images', () => {
    tidy(() => {
      expect(() => gray(ones([2, 3, 3]))).toThrow(
        /data\.gray: expected images \[batch, height, width, 3\], got \[2, 3, 3\]/,
      )
      expect(() => gray(ones([2, 3, 3, 4]))).toThrow(GenError)
    })
  })
})

describe('paired', () => {
  it('gives the items as they are, and what the function makes of them', () => {
    tidy(() => {
      const [plain, pairs] = [colored(), paired(colored(), gray)]
      const options = { size: 4, key: key(1) }
      const [{ x, labels }, pair] = [plain.batches(options).at(2), pairs.batches(options).at(2)]
      expect(pair.x.dataSync()).toEqual(x.dataSync())
      expect(pair.labels!.dataSync()).toEqual(labels!.dataSync())
      expect(pair.condition.context.dataSync()).toEqual(gray(x).dataSync())
      expect([pairs.size, pairs.shape, pairs.classes]).toEqual([5, [2, 2, 3], 3])
      const [first] = pairs.split(0.4, key(2))
      expect(first.take([0, 1]).condition.context.shape).toEqual([2, 2, 2, 1])
    })
  })

  it('gives tensors that are the caller’s, also where the function gives back its own', () => {
    const before = memory().numTensors
    const same = paired(colored(), (x) => x).take([0, 1])
    dispose([same.x, same.labels!])
    expect(same.condition.context.dataSync().length).toBe(24)
    same.condition.context.dispose()
    dispose(paired(colored(), gray).take([0]) as never)
    expect(memory().numTensors).toBe(before)
  })

  it('leaves nothing where the function fails', () => {
    const points = dataset({ size: 3, shape: [2], take: (indices) => ({ x: normal(key(0), [indices.length, 2]) }) })
    const before = memory().numTensors
    expect(() => paired(points, gray).take([0])).toThrow(/data\.gray/)
    expect(memory().numTensors).toBe(before)
  })
})
