// The arguments that the matrix products share; src/kernels/gemm-words.ts writes them in this order. Strides in bytes.
//
// The left factor is an image [images, H, W, depth] looked at through a grid of positions and a set of taps: at grid
// position (gy, gx) and tap (ty, tx) it is pixel (gy·strideY + originY + ty·tapY, gx·strideX + originX + tx·tapX),
// zeros where that is outside. A matrix is an image of one row, a grid as wide, one tap. There may be a batch of such
// products, of which either factor may be broadcast.
export const X: usize = 0
export const HEIGHT: usize = 4
export const WIDTH: usize = 8
export const PIXEL_STRIDE: usize = 12
export const ROW_STRIDE: usize = 16
export const IMAGE_STRIDE: usize = 20
export const GRID_HEIGHT: usize = 24
export const GRID_WIDTH: usize = 28
export const STRIDE_Y: usize = 32
export const STRIDE_X: usize = 36
export const ORIGIN_Y: usize = 40
export const ORIGIN_X: usize = 44
export const TAPS_Y: usize = 48
export const TAPS_X: usize = 52
export const TAP_STEP_Y: usize = 56
export const TAP_STEP_X: usize = 60
/** Consecutive numbers of a pixel that count. */
export const DEPTH: usize = 64
/** The right factor and its strides between columns and rows; the filter's also between taps. */
export const W: usize = 68
export const W_ROW: usize = 72
export const W_COLUMN: usize = 76
export const W_TAP_Y: usize = 80
export const W_TAP_X: usize = 84
/** The result and its strides. */
export const Y: usize = 88
export const Y_IMAGE: usize = 92
export const Y_ROW: usize = 96
export const Y_PIXEL: usize = 100
export const Y_COLUMN: usize = 104
/** Positions of the grid in all images, and columns of the right factor. */
export const POSITIONS: usize = 108
export const COLUMNS: usize = 112
/** The blocks of work: size, and how many there are, along rows and columns of the result and along the sum. */
export const BLOCK_ROWS: usize = 116
export const BLOCK_COLUMNS: usize = 120
export const ROW_BLOCKS: usize = 124
export const COLUMN_BLOCKS: usize = 128
export const SPLITS: usize = 132
/** How much of the sum is packed at once: taps, and numbers of each. */
export const PACK_TAPS: usize = 136
export const PACK_DEPTH: usize = 140
/** Memory of each thread. */
export const SCRATCH: usize = 144
export const SCRATCH_STRIDE: usize = 148
export const MODE: usize = 152
export const BIAS: usize = 156
export const ACTIVATION: usize = 160
/** Address of the slopes of prelu, or the slope of leaky relu itself. */
export const ALPHA: usize = 164
export const ALPHA_STEP: usize = 168
/** Where the right factor is already packed, or 0: each chunk packs what it needs. */
export const PANELS: usize = 172
/** Bytes of one matrix of each factor and of the result, and the batch: rank, then extent and strides in matrices. */
export const BATCH_X: usize = 176
export const BATCH_W: usize = 180
export const BATCH_Y: usize = 184
export const BATCH_RANK: usize = 188
export const BATCH_DIMENSIONS: usize = 192

/** `count` strides: the argument at `at`, times `count`. */
// @ts-ignore: decorator
@inline
export function times(args: usize, at: usize, count: i32): usize {
  return load<usize>(args + at) * <usize>count
}

/** Of positions `stride` pixels apart, the first at pixel `at` of a line: how many are left of the line. */
// @ts-ignore: decorator
@inline
export function before(at: i32, stride: i32): i32 {
  return at >= 0 ? 0 : (stride - 1 - at) / stride
}

/** Of the same positions, how many are not right of a line of `width` pixels. */
// @ts-ignore: decorator
@inline
export function until(at: i32, stride: i32, width: i32): i32 {
  return at >= width ? 0 : (width - at + stride - 1) / stride
}

/** Which matrix of the left (`side` 4) or right (8) factor belongs to a matrix of the result. */
export function batchIndex(args: usize, index: i32, side: usize): i32 {
  let at = 0
  const first = args + BATCH_DIMENSIONS
  for (let d = first + <usize>(load<i32>(args, BATCH_RANK) - 1) * 12; d >= first; d -= 12) {
    const extent = load<i32>(d)
    const rest = index / extent
    at += (index - rest * extent) * load<i32>(d + side)
    index = rest
  }
  return at
}
