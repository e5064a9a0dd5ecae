/**
 * Where the arguments of Winograd's kernels stand, as byte offsets: the one statement of them, which TypeScript
 * (kernels/winograd.ts) and AssemblyScript (assembly/winograd*.ts) both compile.
 *
 * A pass reads x (an image of HEIGHT × WIDTH pixels, or the gradient of one) in tiles. STEP 1: a tile's pixels are
 * neighbors. STEP 2, for convolutions of stride 2: the pixels of even and odd rows and columns are four images ("phases"),
 * whose channels stand side by side; a filter of 4 × 4 is then one of 2 × 2, and one of 3 × 3 lacks some of its taps. SIDE: see assembly/winograd-tiles.ts.
 * OUT_HEIGHT × OUT_WIDTH tiles' pixels are computed, 4 × 4 a tile.
 *
 * @module
 */
export const X = 0
export const HEIGHT = 4
export const WIDTH = 8
export const CHANNELS = 12
export const OUT_HEIGHT = 16
export const OUT_WIDTH = 20
export const PAD_TOP = 24
export const PAD_LEFT = 28
export const STEP = 32
export const SIDE = 36
export const SCRATCH = 40
export const SCRATCH_STRIDE = 44
/** Tiles in all, and in a block. */
export const TILES = 48
export const BLOCK = 52
/** Bytes from one frequency to the next: of the transformed tiles of x, of y (products or gradients), of filters or sums. */
export const PLANE_X = 56
export const PLANE_Y = 60
export const PLANE_U = 64
/** The channels of y. */
export const Y_CHANNELS = 68
/** STEP 2: taps of the filter in odd rows and columns, 2 of 4 × 4 and 1 of 3 × 3. */
export const ODD_TAPS = 72

// winogradForward: the transformed filter, bias (0: none), and y, where pixel (i, j) of the grid goes to
// (OUT_STEP·i + Y_TOP, OUT_STEP·j + Y_LEFT): OUT_STEP is 2 for the input's gradient at stride 2, computed phase by phase.
export const U = 76
export const BIAS = 80
export const Y = 84
export const OUT_STEP = 88
export const Y_HEIGHT = 92
export const Y_WIDTH = 96
export const Y_TOP = 100
export const Y_LEFT = 104

// winogradSums, winogradTransforms, winogradProducts: the gradient of y, the sums, and room for all transformed tiles.
export const DY = 76
export const SUMS = 80
export const ALL_X = 84
export const ALL_Y = 88

/** Bytes that the two-dimensional transforms need for what lies between their passes: 36 pairs of vectors. */
export const BETWEEN = 1152
/** The same for `winogradTaps` and `winogradTapsPhases`, with their sums. */
export const TAPS_BETWEEN = 1152
