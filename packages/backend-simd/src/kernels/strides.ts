/** Copies between strided views of tensors; code in `assembly/copy.ts` and `assembly/transpose.ts`. @module */
import type { SimdBackend } from '../backend.ts'
import { bytesPerElement, type StoredType } from '../tensor-data.ts'

/** Elements worth a chunk. */
const grain = 16384
/** Tiles of 32 × 32 elements worth a chunk. */
const tileGrain = 8
/** Shorter sides are copied element by element: tiles would be mostly edge. */
const smallestSide = 4

/** A strided copy: `y[Σ iₖ·stridesY[k]] = x[Σ iₖ·stridesX[k]]` for all `iₖ < extents[k]`; strides in elements. */
export interface StridedCopy {
  readonly dtype: StoredType
  /** Byte addresses of the elements with index 0. */
  readonly x: number
  readonly y: number
  readonly extents: readonly number[]
  /** May be 0 (repeat) or negative (reverse). */
  readonly stridesX: readonly number[]
  readonly stridesY: readonly number[]
}

interface Dimension {
  extent: number
  strideX: number
  strideY: number
}

/** Strides of a contiguous tensor, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length)
  for (let i = shape.length - 1, step = 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]!
  }
  return strides
}

/** Runs a strided copy. Nothing happens when an extent is 0. */
export function copyStrided(backend: SimdBackend, copy: StridedCopy): void {
  const dimensions = join(copy)
  if (dimensions === null) return
  if (bytesPerElement(copy.dtype) === 4 && transposed(backend, copy, dimensions)) return
  const size = dimensions.reduce((product, { extent }) => product * extent, 1)
  const program = bytesPerElement(copy.dtype) === 4 ? 'copy32' : 'copy8'
  backend.run(program, backend.chunks(size, grain), copy.x, copy.y, size, dimensions.length, ...wordsOf(dimensions))
}

/** The dimensions without those of extent 1, sorted so that y is written in order, neighbors joined; null when empty. */
function join({ extents, stridesX, stridesY }: StridedCopy): Dimension[] | null {
  const sorted: Dimension[] = []
  for (let i = 0; i < extents.length; i++) {
    const extent = extents[i]!
    if (extent === 0) return null
    if (extent !== 1) sorted.push({ extent, strideX: stridesX[i]!, strideY: stridesY[i]! })
  }
  sorted.sort((a, b) => Math.abs(b.strideY) - Math.abs(a.strideY))
  const joined: Dimension[] = []
  for (const dimension of sorted) {
    const outer = joined[joined.length - 1]
    if (outer && continues(outer, dimension)) {
      outer.extent *= dimension.extent
      outer.strideX = dimension.strideX
      outer.strideY = dimension.strideY
    } else joined.push(dimension)
  }
  if (joined.length === 0) joined.push({ extent: 1, strideX: 1, strideY: 1 })
  return joined
}

function continues(outer: Dimension, inner: Dimension): boolean {
  return outer.strideX === inner.strideX * inner.extent && outer.strideY === inner.strideY * inner.extent
}

/** Copies by tiles where the adjacent elements of x lie along another dimension than those of y. */
function transposed(backend: SimdBackend, { x, y }: StridedCopy, dimensions: Dimension[]): boolean {
  const down = dimensions.find(({ strideY }) => strideY === 1)
  const across = dimensions.find(({ strideX }) => strideX === 1)
  if (!down || !across || down === across) return false
  if (down.extent < smallestSide || across.extent < smallestSide) return false
  if (dimensions.some(({ strideX, strideY }) => strideX < 0 || strideY < 0)) return false
  const outer = dimensions.filter((dimension) => dimension !== down && dimension !== across)
  const planes = outer.reduce((product, { extent }) => product * extent, 1)
  const tiles = planes * Math.ceil(down.extent / 32) * Math.ceil(across.extent / 32)
  const sides = [down.extent, across.extent, down.strideX, across.strideY]
  backend.run('transpose32', backend.chunks(tiles, tileGrain), x, y, ...sides, outer.length, ...wordsOf(outer))
  return true
}

function wordsOf(dimensions: Dimension[]): number[] {
  return dimensions.flatMap(({ extent, strideX, strideY }) => [extent, strideX, strideY])
}
