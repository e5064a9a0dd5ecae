/** What a picture of a two-dimensional flow needs, as plain arrays. @module */
import { assertInteger, refusal } from '@gen/backend'
import { type Tensor, type Tensor1D, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { FlowGiven } from '../flow-model.ts'

/** The part of a flow that is drawn. */
export interface Drawable {
  readonly size: number
  logProb(x: Tensor2D, given?: FlowGiven): Tensor1D
  decode(z: Tensor2D, given?: FlowGiven): Tensor
}

/** Options of {@link densityPicture}. */
export interface DensityPictureOptions {
  /** The square [min, max]² of data space that is drawn. @default [-4, 4] */
  range?: readonly [min: number, max: number]
  /** Cells per side of the density. @default 100 */
  resolution?: number
  /** Lines of the latent grid, in each direction. @default 17 */
  lines?: number
  /** The latent square [-extent, extent]² that the grid covers. @default 3 */
  extent?: number
  /** Points per line. @default 100 */
  points?: number
  /** Class whose density is drawn, of a flow with classes. */
  label?: number
  /** What the density is conditional on, `[1, context]`. @default nothing */
  context?: Tensor
}

/** A density on a grid, and a latent grid warped into data space. */
export interface DensityPicture {
  /** The square [min, max]² of data space that is drawn. */
  readonly range: readonly [min: number, max: number]
  /** Centers of the cells, along x and along y alike. */
  readonly centers: Float32Array
  /** Density of the cell in row i from the top (y descending), column j (x ascending): entry `i·resolution + j`. */
  readonly density: Float32Array
  /** Lines in data space, each `x₀, y₀, x₁, y₁, …`: first those of constant z₀, then those of constant z₁. */
  readonly lines: readonly Float32Array[]
}

/** Rows evaluated at once, to bound memory. */
const rowsAtOnce = 4096

/**
 * Evaluates a two-dimensional flow's density on a square grid, and warps a grid of straight latent lines into data space.
 *
 * @throws GenError `config` for a flow of other than two dimensions.
 * @example
 * const { density, lines } = await densityPicture(model, { range: [-3, 3], resolution: 40 })
 */
export async function densityPicture(
  model: Drawable,
  {
    range: [low, high] = [-4, 4],
    resolution = 100,
    lines = 17,
    extent = 3,
    points = 100,
    context,
    label,
  }: DensityPictureOptions = {},
): Promise<DensityPicture> {
  const where = 'flows.densityPicture'
  if (model.size !== 2) throw refusal('config', where, { expected: 'a flow of 2 features', got: model.size })
  assertInteger(where, 'resolution', resolution, { min: 1 })
  assertInteger(where, 'lines', lines, { min: 2 })
  assertInteger(where, 'points', points, { min: 2 })
  const given: FlowGiven = context ? { context, labels: label } : { labels: label }
  const cell = (high - low) / resolution
  const centers = Float32Array.from({ length: resolution }, (_, i) => low + (i + 0.5) * cell)
  const grid = Float32Array.from({ length: 2 * resolution ** 2 }, (_, i) => {
    const [row, column] = [Math.floor(i / 2 / resolution), Math.floor(i / 2) % resolution]
    return i % 2 === 0 ? centers[column]! : centers[resolution - 1 - row]!
  })
  const logDensity = await evaluate(grid, 1, (x) => model.logProb(x, given))
  const warped = await evaluate(latentGrid(lines, points, extent), 2, (z) => model.decode(z, given))
  return {
    range: [low, high],
    centers,
    density: logDensity.map(Math.exp),
    lines: Array.from({ length: 2 * lines }, (_, i) => warped.slice(2 * points * i, 2 * points * (i + 1))),
  }
}

/** Points of the straight lines, one line after the other. */
function latentGrid(lines: number, points: number, extent: number): Float32Array {
  const at = (i: number, count: number) => extent * ((2 * i) / (count - 1) - 1)
  const out = new Float32Array(2 * lines * points * 2)
  for (let line = 0; line < 2 * lines; line++) {
    const along = line < lines ? 1 : 0
    for (let point = 0; point < points; point++) {
      const start = 2 * (line * points + point)
      out[start + along] = at(point, points)
      out[start + 1 - along] = at(line % lines, lines)
    }
  }
  return out
}

/** Applies f to points, some rows at a time. */
async function evaluate(points: Float32Array, width: number, f: (x: Tensor2D) => Tensor): Promise<Float32Array> {
  const count = points.length / 2
  const out = new Float32Array(count * width)
  for (let start = 0; start < count; start += rowsAtOnce) {
    const rows = points.subarray(2 * start, 2 * Math.min(count, start + rowsAtOnce))
    const result = tidy(() => f(tensor2d(rows.slice(), [rows.length / 2, 2])))
    try {
      out.set(await result.data(), start * width)
    } finally {
      result.dispose()
    }
  }
  return out
}
