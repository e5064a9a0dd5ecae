/**
 * The arguments that the matrix products share, as byte offsets: the one statement of them, which TypeScript
 * (kernels/gemm.ts) and AssemblyScript (assembly/gemm*.ts) both compile. Strides in bytes.
 *
 * The left factor is an image [images, H, W, depth] looked at through a grid of positions and a set of taps: at grid
 * position (gy, gx) and tap (ty, tx) it is pixel (gy·strideY + originY + ty·tapY, gx·strideX + originX + tx·tapX),
 * zeros where that is outside. A matrix is an image of one row, a grid as wide, one tap. There may be a batch of such
 * products, of which either factor may be broadcast.
 *
 * @module
 */
export const X = 0
export const HEIGHT = 4
export const WIDTH = 8
export const PIXEL_STRIDE = 12
export const ROW_STRIDE = 16
export const IMAGE_STRIDE = 20
export const GRID_HEIGHT = 24
export const GRID_WIDTH = 28
export const STRIDE_Y = 32
export const STRIDE_X = 36
export const ORIGIN_Y = 40
export const ORIGIN_X = 44
export const TAPS_Y = 48
export const TAPS_X = 52
export const TAP_STEP_Y = 56
export const TAP_STEP_X = 60
/** Consecutive numbers of a pixel that count. */
export const DEPTH = 64
/** The right factor and its strides between columns and rows; the filter's also between taps. */
export const W = 68
export const W_ROW = 72
export const W_COLUMN = 76
export const W_TAP_Y = 80
export const W_TAP_X = 84
/** The result and its strides. */
export const Y = 88
export const Y_IMAGE = 92
export const Y_ROW = 96
export const Y_PIXEL = 100
export const Y_COLUMN = 104
/** Positions of the grid in all images, and columns of the right factor. */
export const POSITIONS = 108
export const COLUMNS = 112
/** The blocks of work: size, and how many there are, along rows and columns of the result and along the sum. */
export const BLOCK_ROWS = 116
export const BLOCK_COLUMNS = 120
export const ROW_BLOCKS = 124
export const COLUMN_BLOCKS = 128
export const SPLITS = 132
/** How much of the sum is packed at once: taps, and numbers of each. */
export const PACK_TAPS = 136
export const PACK_DEPTH = 140
/** Memory of each thread. */
export const SCRATCH = 144
export const SCRATCH_STRIDE = 148
export const MODE = 152
export const BIAS = 156
export const ACTIVATION = 160
/** Address of the slopes of prelu, or the slope of leaky relu itself. */
export const ALPHA = 164
export const ALPHA_STEP = 168
/** Where the right factor is already packed, or 0: each chunk packs what it needs. */
export const PANELS = 172
/** Bytes of one matrix of each factor and of the result, and the batch: rank, then extent and strides in matrices. */
export const BATCH_X = 176
export const BATCH_W = 180
export const BATCH_Y = 184
export const BATCH_RANK = 188
export const BATCH_DIMENSIONS = 192

/** What MODE may be: rows as they are, rows packed first, at most 4 columns. */
export const DIRECT = 0
export const PACKED = 1
export const DOTS = 2

/** Rows that share one pass over the packed right factor: with 256 of depth they take a tenth of the L2 cache. */
export const STRIP = 96
/** Bytes of the tile at a right edge; see assembly/gemm-edge.ts. */
export const EDGE = 192
