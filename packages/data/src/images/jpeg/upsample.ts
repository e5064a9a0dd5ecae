/** Components of a JPEG file at the image's size. @module */
import type { Component } from './frame.ts'

/** The samples of a component at its own resolution. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly stride: number
  readonly data: Uint8ClampedArray
}

/** Writes row `y` of the image into `out`, which has room for a whole number of a component's samples. */
export type RowReader = (y: number, out: Uint8ClampedArray) => void

/**
 * Gives a component's rows at the image's size. Where one sample stands for two, both are three parts the sample and one
 * part its neighbor on their side, as libjpeg has them ("fancy" upsampling), rounded up and down in turn; other factors
 * repeat.
 *
 * @throws Error when the factors are not whole.
 */
export function upsampled(plane: Plane, factors: readonly [across: number, down: number]): RowReader {
  const [across, down] = factors
  if (!Number.isInteger(across) || !Number.isInteger(down)) throw new Error('components whose sizes do not divide')
  const isWide = plane.width > 2
  if (across === 1 && down === 2) return betweenRows(plane)
  if (across === 2 && down === 1 && isWide) return betweenColumns(plane)
  if (across === 2 && down === 2 && isWide) return betweenBoth(plane)
  return repeated(plane, across, down)
}

/** How many times a component's samples stand in the image. */
export function factorsOf(component: Component, all: readonly Component[]): [across: number, down: number] {
  return [
    Math.max(...all.map(({ across }) => across)) / component.across,
    Math.max(...all.map(({ down }) => down)) / component.down,
  ]
}

function repeated({ data, stride, width }: Plane, across: number, down: number): RowReader {
  return (y, out) => {
    const row = Math.floor(y / down) * stride
    if (across === 1) out.set(data.subarray(row, row + width))
    else for (let x = 0; x < width; x++) out.fill(data[row + x] as number, x * across, (x + 1) * across)
  }
}

/** The row that row `y` lies in, and its neighbor on that side, which at the edges is itself. */
function rowsAt({ height, stride }: Plane, y: number): [near: number, far: number] {
  const near = y >> 1
  const far = Math.min(height - 1, Math.max(0, y % 2 === 0 ? near - 1 : near + 1))
  return [near * stride, far * stride]
}

function betweenRows(plane: Plane): RowReader {
  const { data, width } = plane
  return (y, out) => {
    const [near, far] = rowsAt(plane, y)
    const rounding = y % 2 === 0 ? 1 : 2
    for (let x = 0; x < width; x++)
      out[x] = (3 * (data[near + x] as number) + (data[far + x] as number) + rounding) >> 2
  }
}

function betweenColumns({ data, stride, width }: Plane): RowReader {
  return (y, out) => {
    const row = y * stride
    for (let x = 0; x < width; x++) {
      const near = data[row + x] as number
      const left = data[row + Math.max(0, x - 1)] as number
      const right = data[row + Math.min(width - 1, x + 1)] as number
      out[2 * x] = (3 * near + left + 1) >> 2
      out[2 * x + 1] = (3 * near + right + 2) >> 2
    }
  }
}

function betweenBoth(plane: Plane): RowReader {
  const { data, width } = plane
  const sums = new Int32Array(width)
  return (y, out) => {
    const [near, far] = rowsAt(plane, y)
    for (let x = 0; x < width; x++) sums[x] = 3 * (data[near + x] as number) + (data[far + x] as number)
    for (let x = 0; x < width; x++) {
      const own = 3 * (sums[x] as number)
      out[2 * x] = (own + (sums[Math.max(0, x - 1)] as number) + 8) >> 4
      out[2 * x + 1] = (own + (sums[Math.min(width - 1, x + 1)] as number) + 7) >> 4
    }
  }
}
