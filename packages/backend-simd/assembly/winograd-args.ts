// Where the arguments of Winograd's kernels stand, as byte offsets; src/kernels/winograd.ts writes them.
//
// A pass reads x (an image of HEIGHT × WIDTH pixels, or the gradient of one) in tiles. STEP 1: a tile's pixels are
// neighbors. STEP 2, for convolutions of stride 2: the pixels of even and odd rows and columns are four images ("phases"),
// whose channels stand side by side; a filter of 4 × 4 is then one of 2 × 2. SIDE: see winograd-tiles.ts.
// OUT_HEIGHT × OUT_WIDTH tiles' pixels are computed, 4 × 4 a tile.
export const X: usize = 0
export const HEIGHT: usize = 4
export const WIDTH: usize = 8
export const CHANNELS: usize = 12
export const OUT_HEIGHT: usize = 16
export const OUT_WIDTH: usize = 20
export const PAD_TOP: usize = 24
export const PAD_LEFT: usize = 28
export const STEP: usize = 32
export const SIDE: usize = 36
export const SCRATCH: usize = 40
export const SCRATCH_STRIDE: usize = 44
/** Tiles in all, and in a block. */
export const TILES: usize = 48
export const BLOCK: usize = 52

// winogradForward: the transformed filter, bias (0: none), and y, where pixel (i, j) of the grid goes to
// (OUT_STEP·i + Y_TOP, OUT_STEP·j + Y_LEFT): OUT_STEP is 2 for the input's gradient at stride 2, computed phase by phase.
export const U: usize = 56
export const BIAS: usize = 60
export const Y: usize = 64
export const Y_CHANNELS: usize = 68
export const OUT_STEP: usize = 72
export const Y_HEIGHT: usize = 76
export const Y_WIDTH: usize = 80
export const Y_TOP: usize = 84
export const Y_LEFT: usize = 88

// winogradSums, winogradTransforms, winogradProducts: the gradient of y, its channels, the sums, and room for all V and W.
export const DY: usize = 56
export const DY_CHANNELS: usize = 60
export const SUMS: usize = 64
export const V: usize = 68
export const W: usize = 72
