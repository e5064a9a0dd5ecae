import { key, normal, useBackend } from '@gen/backend'
import { add, matMul, mul, reshape, sub, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { supportSet } from '../maps/support-set.ts'
import { bells } from '../testing.ts'
import { gaussianPrior } from './gaussian-prior.ts'
import { locate } from './locate.ts'

let weights: Tensor2D
let inverse: Tensor2D

beforeAll(async () => {
  await useBackend('cpu')
  weights = tensor2d([1, 0.5, -0.3, 0.2, 1, 0.4, 0.1, -0.2, 0.9], [3, 3])
  inverse = tensor2d([0.98, -0.51, 0.553333, -0.14, 0.93, -0.46, -0.14, 0.263333, 0.9], [3, 3])
})

afterAll(() => {
  weights.dispose()
  inverse.dispose()
})

/** A smooth invertible decoder into "images" `[n, 3, 1, 1]`: z + 0.2·z³, mixed. */
const bend = (z: Tensor2D): Tensor =>
  tidy(() => reshape(matMul(add(z, mul(0.2, mul(z, mul(z, z)))), weights), [-1, 3, 1, 1]))
const imagesOf = (seed: number, count: number): Tensor => tidy(() => bend(normal(key(seed), [count, 3]) as Tensor2D))
const decoder = { latentSize: 3, decode: bend }
/** An encoder that is only roughly right. */
const rough = {
  ...decoder,
  encode: (x: Tensor) => tidy((): Tensor2D => matMul(reshape(x, [-1, 3]), inverse)),
}

describe('locate', () => {
  it('finds the codes that made the images: locate(decode(z)) ≈ z', async () => {
    const z = normal(key(0), [6, 3]) as Tensor2D
    const images = bend(z)
    const found = await locate(decoder, images, { steps: 300, starts: 3, key: key(1) })
    expect(await found.z.data()).toBeAllClose(await z.data(), { rtol: 1e-2, atol: 1e-2 })
    expect(Math.max(...(await found.error.data()))).toBeLessThan(1e-4)
    for (const tensor of [z, images, found.z, found.error]) tensor.dispose()
  })

  it('asks an encoder where there is one, and the hybrid is at least as near', async () => {
    const z = normal(key(2), [5, 3]) as Tensor2D
    const images = bend(z)
    const encoded = await locate(rough, images, { batchSize: 2 })
    const better = await locate(rough, images, { method: 'hybrid', steps: 150, batchSize: 3 })
    const [before, after] = [await encoded.error.data(), await better.error.data()]
    after.forEach((error, i) => {
      expect(error).toBeLessThan(before[i]!)
    })
    expect(await better.z.data()).toBeAllClose(await z.data(), { rtol: 3e-2, atol: 3e-2 })
    for (const tensor of [z, images, encoded.z, encoded.error, better.z, better.error]) tensor.dispose()
  })

  it('keeps near a learned prior where the images alone do not say', async () => {
    // The decoder sees only the first number of the code.
    const blind = { latentSize: 2, decode: (z: Tensor2D) => tidy(() => matMul(z, tensor2d([[1], [0]]))) }
    const prior = gaussianPrior(
      bells(3, 400, 2).data.reduce<number[][]>((rows, value, at) => {
        if (at % 2 === 0) rows.push([value, value + 5])
        return rows
      }, []),
    )
    const images = tensor2d([[0.5], [-0.4]])
    const { z, error } = await locate(blind, images, { prior, priorWeight: 1e-3, steps: 400, starts: 2, key: key(4) })
    const codes = await z.data()
    expect([codes[0]!, codes[2]!]).toBeAllClose([0.5, -0.4], { atol: 0.05 })
    expect([codes[1]!, codes[3]!]).toBeAllClose([5.5, 4.6], { atol: 0.15 })
    for (const tensor of [images, z, error]) tensor.dispose()
  })

  it('gives image i the same code alone as in a batch with others after it', async () => {
    const images = imagesOf(6, 4)
    const options = { steps: 20, starts: 2, key: key(7) }
    const all = await locate(decoder, images, options)
    const two = await locate(decoder, images, { ...options, batchSize: 2 })
    expect(await two.z.data()).toBeAllClose(await all.z.data(), { rtol: 1e-4, atol: 1e-5 })
    for (const tensor of [images, all.z, all.error, two.z, two.error]) tensor.dispose()
  })

  it('takes decoders and encoders that give promises, but cannot search through them', async () => {
    const later = {
      latentSize: 3,
      decode: async (z: Tensor2D) => bend(z),
      encode: async (x: Tensor) => rough.encode(x),
    }
    const images = imagesOf(8, 2)
    const { z, error } = await locate(later, images)
    await expect(locate(later, images, { method: 'optimize', key: key(0), steps: 1 })).rejects.toThrow(
      'latentTools.locate: expected a decode that gives a tensor, for its gradient, got a promise',
    )
    for (const tensor of [images, z, error]) tensor.dispose()
  })

  it('refuses what it cannot do, and says what to pass', async () => {
    const images = imagesOf(8, 2)
    await expect(locate(decoder, images)).rejects.toThrow(
      'expected a key to draw the starts, got none; pass key: key(0)',
    )
    await expect(locate(decoder, images, { method: 'encode' })).rejects.toThrow("pass method: 'optimize'")
    const stop = AbortSignal.abort()
    await expect(locate(decoder, images, { key: key(0), signal: stop })).rejects.toThrow('aborted')
    const wrong = { ...rough, latentSize: 4 }
    await expect(locate(wrong, images)).rejects.toThrow('latentSize must be what encode gives')
    images.dispose()
  })
})

describe('gaussianPrior', () => {
  it('has the moments of its codes, and its density falls with the Mahalanobis distance', async () => {
    const prior = gaussianPrior(
      [
        [1, 0],
        [3, 2],
        [2, 1],
        [0, 1],
        [4, 1],
      ],
      { floor: 0 },
    )
    const samples = prior.sample(4000, key(0))
    const data = Float32Array.from(await samples.data())
    const mean = [0, 1].map((k) => data.reduce((sum, value, at) => sum + (at % 2 === k ? value : 0), 0) / 4000)
    expect(mean).toBeAllClose([2, 1], { atol: 0.08 })
    const places = tensor2d([
      [2, 1],
      [4, 1],
      [2, 3],
    ])
    const density = prior.logProb(places)
    // Covariance [[2.5, 0.5], [0.5, 0.5]], determinant 1.
    const at = (x: number, y: number) => -Math.log(2 * Math.PI) - 0.5 * (0.5 * x * x - x * y + 2.5 * y * y)
    expect(await density.data()).toBeAllClose([at(0, 0), at(2, 0), at(0, 2)], { rtol: 1e-4 })
    for (const tensor of [samples, places, density]) tensor.dispose()
  })
})

describe('supportSet', () => {
  it('locates the same images in both spaces', async () => {
    const other = {
      latentSize: 3,
      decode: (z: Tensor2D) => tidy(() => reshape(sub(z, 1), [-1, 3, 1, 1])),
      encode: (x: Tensor) => tidy(() => add(reshape(x, [-1, 3]), 1) as Tensor2D),
    }
    const identity = {
      ...other,
      decode: (z: Tensor2D) => tidy(() => reshape(z, [-1, 3, 1, 1])),
      encode: (x: Tensor) => tidy(() => reshape(x, [-1, 3]) as Tensor2D),
    }
    const images = tidy(() => reshape(normal(key(9), [20, 3]), [20, 3, 1, 1]))
    const support = await supportSet(identity, other, { images, size: 5, method: 'farthest', key: key(1) })
    expect(support.rows).toHaveLength(5)
    expect(support.b.data).toBeAllClose(
      support.a.data.map((value) => value + 1),
      { rtol: 1e-5, atol: 1e-6 },
    )
    expect(Math.max(...support.errors.a, ...support.errors.b)).toBeLessThan(1e-10)
    await expect(supportSet(identity, other, { images, size: 21, key: key(1) })).rejects.toThrow(
      'got 21 of 20; pass more images',
    )
    const drawn = await supportSet(decoder, other, { size: 6, key: key(2) })
    // Two searches in one call do not start at the same codes.
    const searched = await supportSet(decoder, decoder, {
      images,
      size: 20,
      key: key(3),
      locate: { steps: 1, starts: 1 },
    })
    expect([...searched.a.data]).not.toEqual([...searched.b.data])
    expect([drawn.a.rows, drawn.b.rows]).toEqual([6, 6])
    images.dispose()
  })
})
