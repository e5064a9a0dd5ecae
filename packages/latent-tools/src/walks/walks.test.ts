import { key, normal, normalArray, useBackend } from '@gen/backend'
import { decodePng } from '@gen/io'
import { readMatrix, rowOf } from '@gen/linear-algebra'
import {
  concat,
  cos,
  mul,
  reshape,
  sin,
  slice,
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { geodesic, pathLength } from './geodesic.ts'
import { interpolate, latentGrid, lerp, normCorrected, slerp, traversal } from './path.ts'
import { animation, picture } from './picture.ts'
import { randomWalk } from './random-walk.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** The rows of what a function makes, and their lengths. */
async function rowsOf(make: () => Tensor2D): Promise<{ rows: number[][]; lengths: number[] }> {
  const way = tidy(make)
  const x = await readMatrix(way)
  way.dispose()
  const rows = Array.from({ length: x.rows }, (_, i) => [...rowOf(x, i)])
  return { rows, lengths: rows.map((row) => Math.hypot(...row)) }
}

const draw = (seed: number, size = 16): Tensor1D => tidy(() => reshape(normal(key(seed), [1, size]), [size]))

describe('paths', () => {
  it.each([
    ['lerp', lerp],
    ['slerp', slerp],
    ['normCorrected', normCorrected],
  ] as const)('%s begins and ends where it should', async (_, path) => {
    const { rows } = await rowsOf(() => path(draw(1), draw(2), 5))
    const ends = await rowsOf(() => concat([reshape(draw(1), [1, 16]), reshape(draw(2), [1, 16])]))
    expect(rows[0]!).toBeAllClose(ends.rows[0]!, { rtol: 1e-5, atol: 1e-6 })
    expect(rows[4]!).toBeAllClose(ends.rows[1]!, { rtol: 1e-5, atol: 1e-6 })
  })

  it('slerp of unit codes stays on the sphere with even angles; lerp cuts through; the corrected line keeps the length', async () => {
    const [a, b] = [tensor1d([1, 0, 0]), tensor1d([0, 1, 0])]
    const great = await rowsOf(() => slerp(a, b, 4))
    expect(great.rows.flat()).toBeAllClose(
      [0, 30, 60, 90].flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180), 0]),
      { atol: 1e-6 },
    )
    expect((await rowsOf(() => lerp(a, b, 3))).lengths[1]).toBeCloseTo(Math.SQRT1_2, 6)
    expect((await rowsOf(() => normCorrected(a, b, 5))).lengths).toBeAllClose([1, 1, 1, 1, 1], { rtol: 1e-6 })
    const grown = await rowsOf(() => normCorrected(a, mul(b, 3), 3))
    expect(grown.lengths).toBeAllClose([1, 2, 3], { rtol: 1e-6 })
    const opposite = tensor1d([-1, 0, 0])
    expect(() => slerp(a, opposite, 3)).toThrow('expected codes that are not opposite')
    expect(() => normCorrected(a, opposite, 3)).toThrow('use lerp')
    expect(() => lerp(a, a, 1)).toThrow('steps')
    for (const tensor of [a, b, opposite]) tensor.dispose()
  })

  it('interpolate visits every point once, and closes the way when asked', async () => {
    const points = normal(key(3), [3, 5]) as Tensor2D
    const stops = (await rowsOf(() => points.clone())).rows
    const open = await rowsOf(() => interpolate(points, { steps: 4 }))
    expect(open.rows).toHaveLength(7)
    for (const i of [0, 1, 2]) expect(open.rows[3 * i]!).toBeAllClose(stops[i]!, { rtol: 1e-5, atol: 1e-6 })
    const closed = await rowsOf(() => interpolate(points, { steps: 4, closed: true }))
    expect(closed.rows).toHaveLength(9)
    expect(new Set(closed.rows.map(String)).size).toBe(9)
    expect(() => tidy(() => interpolate(slice(points, 0, 1)))).toThrow('expected at least two points')
    points.dispose()
  })

  it('in one dimension are lines, also through 0', async () => {
    const points = tensor2d([[1], [-2], [0.5]])
    expect((await rowsOf(() => interpolate(points, { steps: 3 }))).rows.flat()).toBeAllClose([1, -0.5, -2, -0.75, 0.5])
    const corners = tensor2d([[0], [2], [-4], [6]])
    const grid = await rowsOf(() => latentGrid(corners, { rows: 2, columns: 3 }))
    expect(grid.rows.flat()).toBeAllClose([0, 1, 2, -4, 1, 6])
    const [from, to] = [tensor1d([1]), tensor1d([-1])]
    for (const path of [lerp, slerp, normCorrected]) {
      expect((await rowsOf(() => path(from, to, 3))).rows.flat()).toBeAllClose([1, 0, -1])
    }
    for (const tensor of [points, corners, from, to]) tensor.dispose()
  })

  it('latentGrid has its corners, traversal its values', async () => {
    const corners = normal(key(4), [4, 3]) as Tensor2D
    const given = (await rowsOf(() => corners.clone())).rows
    const { rows } = await rowsOf(() => latentGrid(corners, { rows: 3, columns: 5, path: lerp }))
    ;[0, 4, 10, 14].forEach((at, i) => {
      expect(rows[at]!).toBeAllClose(given[i]!, { rtol: 1e-5, atol: 1e-6 })
    })
    const code = tensor1d([9, 8, 7])
    const varied = await rowsOf(() => traversal(code, { dimensions: [2, 0], values: [-1, 1] }))
    expect(varied.rows).toEqual([
      [9, 8, -1],
      [9, 8, 1],
      [-1, 8, 7],
      [1, 8, 7],
    ])
    expect(() => traversal(code, { dimensions: [3] })).toThrow('dimensions')
    corners.dispose()
    code.dispose()
  })

  it('randomWalk goes at constant speed on the sphere, and is the same again', async () => {
    const options = { size: 12, steps: 30, speed: 0.5, key: key(5) }
    const { rows, lengths } = await rowsOf(() => randomWalk(options))
    expect(lengths).toBeAllClose(new Array(30).fill(Math.sqrt(12)), { rtol: 1e-5 })
    const chord = 2 * Math.sqrt(12) * Math.sin(0.25 / Math.sqrt(12))
    const steps = rows.slice(1).map((row, i) => Math.hypot(...row.map((value, k) => value - rows[i]![k]!)))
    expect(steps).toBeAllClose(new Array(29).fill(chord), { rtol: 1e-4 })
    expect((await rowsOf(() => randomWalk(options))).rows).toEqual(rows)
    const longer = await rowsOf(() => randomWalk({ ...options, steps: 40 }))
    expect(longer.rows.slice(0, 30)).toEqual(rows)
  })

  it('randomWalk turns by a draw of its own at each step, none of them where it began', async () => {
    const [size, steps, k] = [12, 8, key(5)]
    const { rows } = await rowsOf(() => randomWalk({ size, steps, momentum: 0, key: k }))
    const draws = normalArray(k, steps, size)
    const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)
    const across = (place: number[], v: ArrayLike<number>) =>
      Array.from(v, (value, i) => value - (product(place, v) / product(place, place)) * place[i]!)
    for (let step = 1; step < steps - 1; step++) {
      const [taken, drawn] = [rows[step + 1]!, draws.subarray(step * size, (step + 1) * size)].map((v) =>
        across(rows[step]!, v),
      ) as [number[], number[]]
      expect(product(taken, drawn) / Math.hypot(...taken) / Math.hypot(...drawn)).toBeCloseTo(1, 5)
    }
  })
})

describe('geodesics', () => {
  it('of a linear decoder are straight', async () => {
    const [a, b] = [draw(6, 4), draw(7, 4)]
    const way = await geodesic({ latentSize: 4, decode: (z) => mul(z, 2) }, a, b, {
      points: 6,
      steps: 60,
      start: slerp,
    })
    const straight = lerp(a, b, 6)
    const [found, line] = [await way.data(), await straight.data()]
    expect(found).toBeAllClose(line, { atol: 0.05 })
    for (const tensor of [a, b, way, straight]) tensor.dispose()
  })

  it('in polar coordinates are straight lines in the image, which the latent line is not', async () => {
    const polar = {
      latentSize: 2,
      decode: (z: Tensor2D) =>
        tidy(() => {
          const [r, angle] = [slice(z, [0, 0], [-1, 1]), slice(z, [0, 1], [-1, 1])]
          return concat([mul(r, cos(angle)), mul(r, sin(angle))], 1)
        }),
    }
    const [a, b] = [tensor1d([1, 0]), tensor1d([1, 2])]
    const way = await geodesic(polar, a, b, { points: 9, steps: 250, learningRate: 0.05 })
    const line = lerp(a, b, 9)
    const direct = 2 * Math.sin(1)
    expect(await pathLength(polar, line)).toBeGreaterThan(1.15 * direct)
    expect((await pathLength(polar, way)) / direct).toBeLessThan(1.002)
    expect((await pathLength(polar, way)) / direct).toBeGreaterThan(1 - 1e-5)
    for (const tensor of [a, b, way, line]) tensor.dispose()
  })
})

describe('pictures', () => {
  const decoder = { latentSize: 12, decode: (z: Tensor2D) => tidy(() => sub(1, reshape(z, [-1, 2, 2, 3]))) }

  it('are PNG sheets of the decoded codes', async () => {
    const codes = tidy(() => mul(normal(key(8), [6, 12]), 0) as Tensor2D)
    const image = decodePng(await picture(decoder, codes, { columns: 3, padding: 1 }))
    expect(image.shape).toEqual([7, 10, 3])
    image.dispose()
    codes.dispose()
  })

  it('are GIF films with a frame per code', async () => {
    const codes = normal(key(9), [4, 12]) as Tensor2D
    const film = await animation(decoder, codes, { framesPerSecond: 10, enlarge: 3 })
    expect(new TextDecoder().decode(film.subarray(0, 6))).toBe('GIF89a')
    expect([film[6], film[8]]).toEqual([6, 6])
    // Each frame has a graphic control block: 21 F9 04, with its delay in hundredths of a second.
    const frames = [...film.keys()].filter((i) => film[i] === 0x21 && film[i + 1] === 0xf9 && film[i + 2] === 4)
    expect(frames).toHaveLength(4)
    expect(film[frames[0]! + 4]).toBe(10)
    expect(film[film.length - 1]).toBe(0x3b)
    codes.dispose()
  })

  it('refuse codes of another size, and models that make no images', async () => {
    const codes = normal(key(9), [2, 5]) as Tensor2D
    await expect(picture(decoder, codes)).rejects.toThrow('expected codes of shape [any, 12], got [2, 5]')
    const points = { latentSize: 5, decode: (z: Tensor2D) => mul(z, 1) }
    await expect(picture(points, codes)).rejects.toThrow('expected decode to give images')
    await expect(animation(points, codes)).rejects.toThrow('expected decode to give images')
    codes.dispose()
  })
})
