/** Laws of one question and many answers. */
import { key, uniform, useBackend } from '@gen/backend'
import {
  abs,
  add,
  concat,
  dispose,
  fill,
  max,
  memory,
  mul,
  ones,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mixture, optimalNetwork } from '../fixtures/mixture.ts'
import { type MatrixNetwork, matrixNetwork } from '../fixtures/small-networks.ts'
import {
  colorize,
  type Diffusion,
  ddim,
  diffusion,
  dpmSolver2M,
  imageToImage,
  inpaint,
  interpolateImages,
  linear,
  pointDenoiser,
  predictNext,
  restore,
  superResolve,
} from '../index.ts'

const shape = [4, 4, 3]
let network: MatrixNetwork
let model: Diffusion
let image: Tensor
const few = { count: 3, key: key(1) }

beforeAll(async () => {
  await useBackend('cpu')
  network = matrixNetwork(shape, { start: 0.05 })
  model = diffusion({ network })
  image = uniform(key(2), [1, 4, 4, 3])
})

afterAll(() => {
  network.dispose()
  image.dispose()
})

async function numbersOf(promise: Promise<Tensor>, fine: (x: Tensor) => Tensor = (x) => x): Promise<number[]> {
  const made = await promise
  const numbers = tidy(() => [...fine(made).dataSync()])
  made.dispose()
  return numbers
}

const rowsOf = (numbers: number[]) =>
  [0, 1, 2].map((i) => numbers.slice((numbers.length / 3) * i).slice(0, numbers.length / 3))
const mask = (value: number): Tensor => fill([1, 4, 4, 1], value)
const upperHalf = (): Tensor => tidy(() => concat([ones([1, 2, 4, 1]), zeros([1, 2, 4, 1])], 1))

describe('inpaint', () => {
  const painted = async (known: Tensor, options: object = {}) =>
    await numbersOf(inpaint(model, { image, known, ...few, steps: 5, ...options })).finally(() => known.dispose())

  it('with everything known gives the image, to the bit', async () => {
    const pixels = [...image.dataSync()]
    expect(await painted(mask(1))).toEqual([...pixels, ...pixels, ...pixels])
  })

  it('with nothing known is sampling, bit by bit', async () => {
    const free = await numbersOf(model.sample({ ...few, sampler: ddim({ steps: 5, eta: 1 }) }))
    expect(await painted(mask(0), { resample: 1 })).toEqual(free)
    expect(await painted(mask(0), { resample: 1, batchSize: 2 })).toEqual(free)
    expect(await painted(mask(0), { resample: 2 })).not.toEqual(free)
  })

  it('keeps what is known to the bit, and gives as many different answers', async () => {
    const answers = await painted(upperHalf())
    const [rows, pixels] = [[0, 1, 2].map((i) => answers.slice(48 * i, 48 * i + 48)), [...image.dataSync()]]
    for (const row of rows) expect(row.slice(0, 24)).toEqual(pixels.slice(0, 24))
    expect(new Set(rows.map((row) => row.slice(24).join())).size).toBe(3)
    expect(await painted(upperHalf())).toEqual(answers)
    expect(await painted(upperHalf(), { key: key(2) })).not.toEqual(answers)
  })

  it('draws from what is left where one coordinate is known', async () => {
    const two: Mixture = {
      means: [
        [-2, -1],
        [2, 1],
        [2, -3],
      ],
      stds: [0.2, 0.2, 0.2],
      weights: [0.5, 0.25, 0.25],
    }
    const exact = diffusion({ network: optimalNetwork(two), schedule: linear({ start: 1e-3 }) })
    const [point, known] = [tensor([[2, 0]]), tensor([[1, 0]])]
    const answers = inpaint(exact, { image: point, known, count: 400, batchSize: 400, steps: 30, key: key(3) })
    const made = await numbersOf(answers)
    dispose([point, known])
    const seconds = made.filter((_, i) => i % 2 === 1)
    const shares = [-1, 1, -3].map((mean) => seconds.filter((value) => Math.abs(value - mean) < 0.8).length / 400)
    expect(shares[0]).toBeLessThan(0.02)
    // Half of each, within four standard errors, and what 30 steps leave.
    expect(Math.abs(shares[1]! - 0.5)).toBeLessThan(0.14)
    expect(Math.abs(shares[2]! - 0.5)).toBeLessThan(0.14)
  })
})

describe('what is known of a picture stands in every answer', () => {
  it.each([1, 2, 4])('superResolve by %i: the means of blocks', async (factor) => {
    const small = tidy(() => fill([1, 4 / factor, 4 / factor, 3], 0.3))
    const means = (x: Tensor): Tensor => tidy(() => blockMeans(x, factor))
    const answers = superResolve(model, { image: small, ...few, sampler: dpmSolver2M({ steps: 5 }) })
    const found = await numbersOf(answers, means)
    expect(found).toBeAllClose(
      found.map(() => 0.3),
      { atol: 2e-3 },
    )
    small.dispose()
  })

  it('colorize: the brightness', async () => {
    const picture: Tensor = tidy(() => fill([1, 4, 4, 1], 0.6))
    const made = await colorize(model, { image: picture, ...few, sampler: ddim({ steps: 5, eta: 0.85 }) })
    const numbers = [...made.dataSync()]
    const brightness = numbers.flatMap((value, i) =>
      i % 3 === 0 ? [0.299 * value + 0.587 * numbers[i + 1]! + 0.114 * numbers[i + 2]!] : [],
    )
    expect(brightness).toBeAllClose(
      brightness.map(() => 0.6),
      { atol: 5e-3 },
    )
    expect(new Set(rowsOf(numbers).map((row) => row.join())).size).toBe(3)
    expect(
      await numbersOf(colorize(model, { image: picture, ...few, sampler: ddim({ steps: 5, eta: 0.85 }) })),
    ).toEqual(numbers)
    dispose([made, picture])
  })
})

describe('restore', () => {
  it('keeps colors where they are known and brightness where only that is, with different answers elsewhere', async () => {
    const shares = [0.299, 0.587, 0.114]
    const square = shares.reduce((total, share) => total + share ** 2, 0)
    const gray = (x: Tensor) => sum(mul(x, shares), 3, true)
    const upper = upperHalf()
    // Brightness that many colors have.
    const medium = tidy(() => add(mul(image, 0.4), 0.3))
    const keep = (x: Tensor): Tensor => {
      const bright = add(x, mul(mul(sub(gray(medium), gray(x)), 1 / square), shares))
      return add(mul(upper, medium), mul(sub(1, upper), bright))
    }
    const made = await restore(model, { keep, ...few, sampler: ddim({ steps: 5, eta: 0.85 }) })
    const off = (mine: (x: Tensor) => Tensor) => tidy(() => max(abs(sub(mine(made), mine(medium)))).dataSync()[0]!)
    expect(off((x) => mul(x, upper))).toBeLessThan(1e-6)
    expect(off(gray)).toBeLessThan(5e-3)
    expect(new Set(rowsOf([...made.dataSync()]).map((row) => row.join())).size).toBe(3)
    dispose([upper, medium, made])
  })

  it('refuses what is no function, before any work', async () => {
    await expect(restore(model, { ...few, keep: image as never })).rejects.toThrow(/keep as a function/)
  })
})

function blockMeans(x: Tensor, factor: number): Tensor {
  const rows = x.arraySync() as number[][][][]
  const side = 4 / factor
  return tensor(
    rows.map((row) =>
      Array.from({ length: side }, (_, i) =>
        Array.from({ length: side }, (_, j) =>
          [0, 1, 2].map((c) => {
            const block = Array.from(
              { length: factor ** 2 },
              (_, n) => row[i * factor + Math.floor(n / factor)]![j * factor + (n % factor)]![c]!,
            )
            return block.reduce((sum, value) => sum + value, 0) / factor ** 2
          }),
        ),
      ),
    ),
  )
}

describe('imageToImage', () => {
  it('is the nearer to the image, the weaker it is', async () => {
    const pixels = [...image.dataSync()]
    // A schedule that ends close to the data, unlike the default one for images.
    const fine = diffusion({ network, schedule: linear() })
    const distances: number[] = []
    for (const strength of [0.02, 0.3, 1]) {
      const made = await numbersOf(imageToImage(fine, { image, strength, ...few, steps: 6 }))
      distances.push(made.reduce((sum, value, i) => sum + Math.abs(value - pixels[i % 48]!), 0) / made.length)
    }
    expect(distances[0]).toBeLessThan(0.08)
    expect(distances[1]).toBeGreaterThan(distances[0]!)
    expect(distances[2]).toBeGreaterThan(distances[1]!)
  })

  it('does not depend on the size of a part', async () => {
    const whole = await numbersOf(imageToImage(model, { image, ...few, steps: 3 }))
    expect(await numbersOf(imageToImage(model, { image, ...few, steps: 3, batchSize: 2 }))).toEqual(whole)
  })
})

describe('interpolateImages', () => {
  it('begins at the one and ends at the other', async () => {
    const to = uniform(key(3), [1, 4, 4, 3])
    const between = await interpolateImages(model, { from: image, to, count: 4, steps: 10 })
    const own = await model.encode(image, { steps: 10 })
    const back = await model.decode(own, { steps: 10 })
    expect(between.shape).toEqual([4, 4, 4, 3])
    expect(await numbersOf(Promise.resolve(between), (x) => slice(x, 0, 1))).toBeAllClose(back.dataSync(), {
      atol: 1e-4,
    })
    dispose([to, own, back])
  })
})

describe('predictNext', () => {
  it('goes on from its own answers, with the newest frames as the past', async () => {
    const seen: number[][] = []
    const counter = {
      shape: [1],
      sample: async ({ context, count }: { context?: Tensor | undefined; count: number }) => {
        const past = [...context!.dataSync()]
        seen.push(past.slice(0, 2))
        return tensor(Array.from({ length: count }, (_, i) => [past[2 * i + 1]! + 1]))
      },
    }
    const past = tensor([[3, 4]])
    expect(await numbersOf(predictNext(counter, { past, length: 3, ...few }))).toEqual([5, 6, 7, 5, 6, 7, 5, 6, 7])
    expect(seen).toEqual([
      [3, 4],
      [4, 5],
      [5, 6],
    ])
    past.dispose()
  })

  it('gives different futures, the same for the same key', async () => {
    const dreamer = diffusion({ network: pointDenoiser({ size: 2, context: [4], hidden: [8], key: key(0) }) })
    const past = zeros([1, 4])
    const options = { past, length: 2, ...few, sampler: ddim({ steps: 3 }) }
    const made = await numbersOf(predictNext(dreamer, options))
    expect(await numbersOf(predictNext(dreamer, options))).toEqual(made)
    expect(new Set(made).size).toBe(12)
    past.dispose()
    dreamer.dispose()
  })
})

describe('a question that is none', () => {
  const bad = {
    rows: ones([2, 4, 4, 3]),
    rank: ones([4, 4, 3]),
    size: ones([1, 3, 4, 3]),
    range: fill([1, 4, 4, 3], 1.5),
    nan: fill([1, 4, 4, 3], Number.NaN),
    half: fill([1, 4, 4, 1], 0.5),
    gray: fill([1, 4, 4, 1], 0.5),
    known: ones([1, 4, 4, 1]),
    vector: ones([1, 5]),
  }
  afterAll(() => dispose(Object.values(bad)))
  const ask: Record<string, [() => Promise<Tensor>, RegExp]> = {
    'several images': [
      () => inpaint(model, { image: bad.rows, known: bad.known, ...few }),
      /image of shape \[1, 4, 4, 3\], got \[2,/,
    ],
    'another rank': [() => inpaint(model, { image: bad.rank, known: bad.known, ...few }), /got \[4, 4, 3\]/],
    'another size': [() => imageToImage(model, { image: bad.size, ...few }), /imageToImage: expected image of shape/],
    'out of range': [() => imageToImage(model, { image: bad.range, ...few }), /image in \[0, 1\], got 1\.5/],
    NaN: [() => inpaint(model, { image: bad.nan, known: bad.known, ...few }), /image .*got NaN/],
    'half known': [() => inpaint(model, { image, known: bad.half, ...few }), /expected known of 0 and 1, got 0\.5/],
    'a mask of another size': [
      () => inpaint(model, { image, known: bad.vector, ...few }),
      /known of shape \[1, 4, 4, 3\]/,
    ],
    'no answers': [() => inpaint(model, { image, known: bad.known, ...few, count: 0 }), /count an integer ≥ 1, got 0/],
    'no steps': [() => inpaint(model, { image, known: bad.known, ...few, steps: 0 }), /steps an integer ≥ 1/],
    'no strength': [() => imageToImage(model, { image, strength: 0, ...few }), /strength a number/],
    'no whole factor': [() => superResolve(model, { image: bad.size, ...few }), /a whole factor smaller/],
    'a colored picture to color': [() => colorize(model, { image, ...few }), /image of shape \[1, 4, 4, 1\]/],
    'one image to interpolate': [
      () => interpolateImages(model, { from: image, to: image, count: 1 }),
      /count an integer ≥ 2/,
    ],
    'another past': [() => predictNext(model, { past: bad.vector, ...few }), /past of shape \[1, 4, 4, n · 3\]/],
    'a context of a model without': [
      () => colorize(model, { image: bad.gray, context: bad.gray, ...few }),
      /takes none/,
    ],
  }

  it.each(Object.keys(ask))('is refused, and leaves nothing: %s', async (name) => {
    const before = memory().numTensors
    const [question, message] = ask[name]!
    await expect(question()).rejects.toThrow(message)
    expect(memory().numTensors).toBe(before)
  })

  it('colorize wants a model of colors', async () => {
    const plain = matrixNetwork([4, 4, 1])
    await expect(colorize(diffusion({ network: plain }), { image: bad.gray, ...few })).rejects.toThrow(
      /height, width, 3/,
    )
    plain.dispose()
  })
})
