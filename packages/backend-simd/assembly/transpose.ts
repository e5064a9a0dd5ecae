// Transposition of 4-byte elements in tiles that stay in cache, 4×4 at a time. JavaScript side: src/kernels/strides.ts.
import { chunkStart } from './threads'

const HEAD: usize = 28
const TILE: i32 = 32

/** 4×4: rows of `x` are `strideX` bytes apart, rows of `y` `strideY`. */
// @ts-ignore: decorator
@inline
function transpose4(x: usize, y: usize, strideX: usize, strideY: usize): void {
  const a = v128.load(x)
  const b = v128.load(x + strideX)
  const c = v128.load(x + 2 * strideX)
  const d = v128.load(x + 3 * strideX)
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  v128.store(y, v128.shuffle<i64>(ab, cd, 0, 2))
  v128.store(y + strideY, v128.shuffle<i64>(ab, cd, 1, 3))
  v128.store(y + 2 * strideY, v128.shuffle<i64>(abHigh, cdHigh, 0, 2))
  v128.store(y + 3 * strideY, v128.shuffle<i64>(abHigh, cdHigh, 1, 3))
}

/** A tile: `rows` rows of x with `columns` adjacent elements become `columns` rows of y with `rows` adjacent elements. */
function tile(x: usize, y: usize, rows: i32, columns: i32, strideX: usize, strideY: usize): void {
  const fullRows = rows & -4
  const fullColumns = columns & -4
  for (let j = 0; j < fullColumns; j += 4) {
    const from = x + ((<usize>j) << 2)
    const to = y + <usize>j * strideY
    for (let i = 0; i < fullRows; i += 4) {
      transpose4(from + <usize>i * strideX, to + ((<usize>i) << 2), strideX, strideY)
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = i < fullRows ? fullColumns : 0; j < columns; j++) {
      store<u32>(y + ((<usize>i) << 2) + <usize>j * strideY, load<u32>(x + ((<usize>j) << 2) + <usize>i * strideX))
    }
  }
}

/**
 * Arguments: x, y, rows, columns, stride of a row in x, stride of a column in y, number of outer dimensions, then per
 * outer dimension, outermost first: extent, stride in x, stride in y; strides in elements, not negative.
 */
export function transpose32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const columns = load<i32>(args, 12)
  const strideX = (<usize>load<u32>(args, 16)) << 2
  const strideY = (<usize>load<u32>(args, 20)) << 2
  const rank = load<i32>(args, 24)
  const last = args + HEAD + <usize>rank * 12 - 12
  let outer = 1
  for (let d = last; d >= args + HEAD; d -= 12) outer *= load<i32>(d)
  const tilesDown = (rows + TILE - 1) / TILE
  const tilesAcross = (columns + TILE - 1) / TILE
  const tasks = outer * tilesDown * tilesAcross
  const end = chunkStart(tasks, chunk + 1, 1)
  for (let task = chunkStart(tasks, chunk, 1); task < end; task++) {
    let rest = task / tilesAcross
    const j = (task - rest * tilesAcross) * TILE
    const above = rest / tilesDown
    const i = (rest - above * tilesDown) * TILE
    rest = above
    let from = x + <usize>i * strideX + ((<usize>j) << 2)
    let to = y + ((<usize>i) << 2) + <usize>j * strideY
    for (let d = last; d >= args + HEAD; d -= 12) {
      const extent = load<i32>(d)
      const next = rest / extent
      const index = <usize>(rest - next * extent)
      from += (index * <usize>load<u32>(d, 4)) << 2
      to += (index * <usize>load<u32>(d, 8)) << 2
      rest = next
    }
    tile(from, to, min(TILE, rows - i), min(TILE, columns - j), strideX, strideY)
  }
}
