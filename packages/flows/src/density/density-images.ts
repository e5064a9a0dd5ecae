/** A picture of a two-dimensional flow as images. @module */
import { assertInteger } from '@gen/backend'
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'
import type { DensityPicture } from './density-picture.ts'

/** Options of {@link densityImages}. */
export interface DensityImagesOptions {
  /** Pixels per side of a cell of the density. @default 4 */
  scale?: number
}

type Color = readonly [red: number, green: number, blue: number]

/** From no density to the highest, ever lighter. */
const shades: readonly Color[] = [
  [0.03, 0.05, 0.17],
  [0.13, 0.22, 0.51],
  [0.1, 0.5, 0.62],
  [0.45, 0.77, 0.58],
  [0.98, 0.97, 0.82],
]

/** Of the lines of constant z₀ and of constant z₁. */
const inks: readonly [Color, Color] = [
  [0.12, 0.36, 0.66],
  [0.85, 0.4, 0.1],
]

/** In pixels. */
const lineWidth = 1.5

/** Above this share of the cells, all cells look alike: a narrow peak would hide the rest. */
const brightest = 0.995

/**
 * Draws a picture of a flow as two images in [0, 1]: the density (dark: none, light: much) and the latent grid warped into
 * data space, z₀ constant on the blue lines and z₁ on the orange ones.
 *
 * @param picture - Of `densityPicture`.
 * @returns `[2, side, side, 3]` with side = resolution · scale.
 * @throws GenError `value` or `range` for a scale that is no natural number.
 * @example
 * const picture = await densityPicture(model, { resolution: 32 })
 * await writeFile('density.png', encodePng(densityImages(picture))) // encodePng of @gen/io
 */
export function densityImages(picture: DensityPicture, { scale = 4 }: DensityImagesOptions = {}): Tensor4D {
  assertInteger('flows.densityImages', 'scale', scale, { min: 1 })
  const side = picture.centers.length * scale
  const pixels = new Float32Array(2 * side * side * 3)
  shade(picture, scale, side, pixels.subarray(0, side * side * 3))
  const grid = pixels.subarray(side * side * 3).fill(1)
  const half = picture.lines.length / 2
  for (const [i, ink] of inks.entries()) {
    blend(grid, coverage(picture.lines.slice(i * half, (i + 1) * half), picture.range, side), ink)
  }
  return tensor4d(pixels, [2, side, side, 3])
}

/** The colors of {@link densityImages}. */
export interface DensityScale {
  /** The density of the lightest color; densities above it have the same. */
  readonly top: number
  /** Red, green and blue in [0, 1] of a share of `top` in [0, 1]. */
  color(share: number): readonly number[]
}

/**
 * The scale of the colors in which {@link densityImages} draws a picture, for a color bar beside it: up to the 99.5 %
 * quantile of the cells, for a narrow peak would hide the rest.
 *
 * @example
 * const { top, color } = densityScale(await densityPicture(model))
 * const lightest = color(1) // of densities ≥ top
 */
export function densityScale({ density }: DensityPicture): DensityScale {
  const sorted = density.slice().sort()
  return { top: sorted[Math.floor(brightest * (sorted.length - 1))]! || sorted.at(-1)! || 1, color: shadeOf }
}

function shade(picture: DensityPicture, scale: number, side: number, out: Float32Array): void {
  const { density, centers } = picture
  const { top } = densityScale(picture)
  for (let pixel = 0; pixel < side * side; pixel++) {
    const [row, column] = [Math.floor(pixel / side / scale), Math.floor((pixel % side) / scale)]
    out.set(shadeOf(Math.min(1, density[row * centers.length + column]! / top)), 3 * pixel)
  }
}

/** A color between two shades. */
function shadeOf(share: number): number[] {
  const place = share * (shades.length - 1)
  const index = Math.min(shades.length - 2, Math.floor(place))
  const [from, to] = [shades[index]!, shades[index + 1]!]
  return from.map((value, i) => value + (place - index) * (to[i]! - value))
}

function blend(image: Float32Array, cover: Float32Array, ink: Color): void {
  for (let i = 0; i < image.length; i++) {
    image[i]! += cover[Math.floor(i / 3)]! * (ink[i % 3]! - image[i]!)
  }
}

/** How much of each pixel the lines cover, in [0, 1]. */
function coverage(lines: readonly Float32Array[], [low, high]: DensityPicture['range'], side: number): Float32Array {
  const cover = new Float32Array(side * side)
  const perUnit = side / (high - low)
  for (const line of lines) {
    for (let i = 0; i + 3 < line.length; i += 2) {
      const [x0, y0, x1, y1] = line.subarray(i, i + 4)
      const from = { x: (x0! - low) * perUnit, y: (high - y0!) * perUnit }
      coverSegment(from, { x: (x1! - low) * perUnit, y: (high - y1!) * perUnit }, side, cover)
    }
  }
  return cover
}

interface Place {
  x: number
  y: number
}

function coverSegment(from: Place, to: Place, side: number, cover: Float32Array): void {
  const reach = lineWidth / 2 + 1
  const first = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - reach))
  const last = (a: number, b: number) => Math.min(side - 1, Math.ceil(Math.max(a, b) + reach))
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const squared = dx * dx + dy * dy || 1
  for (let row = first(from.y, to.y); row <= last(from.y, to.y); row++) {
    for (let column = first(from.x, to.x); column <= last(from.x, to.x); column++) {
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y]
      const along = Math.min(1, Math.max(0, (x * dx + y * dy) / squared))
      const distance = Math.hypot(x - along * dx, y - along * dy)
      const share = Math.min(1, Math.max(0, lineWidth / 2 + 0.5 - distance))
      const pixel = row * side + column
      if (share > cover[pixel]!) cover[pixel] = share
    }
  }
}
