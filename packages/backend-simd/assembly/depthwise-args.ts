// Arguments. Forward and filter gradient: x is the input and y the output side; input gradient: the other way round.
export const SOURCE: usize = 0
export const FILTER: usize = 4
export const RESULT: usize = 8
export const IMAGES: usize = 12
export const SOURCE_HEIGHT: usize = 16
export const SOURCE_WIDTH: usize = 20
export const HEIGHT: usize = 24
export const WIDTH: usize = 28
export const INPUTS: usize = 32
export const MULTIPLIER: usize = 36
export const TAPS_Y: usize = 40
export const TAPS_X: usize = 44
export const STRIDE_Y: usize = 48
export const STRIDE_X: usize = 52
export const DILATION_Y: usize = 56
export const DILATION_X: usize = 60
export const TOP: usize = 64
export const LEFT: usize = 68
/** 1: the result is the input's gradient. */
export const BACKWARD: usize = 72
export const SCRATCH: usize = 76
export const SCRATCH_STRIDE: usize = 80
export const BIAS: usize = 84
export const ACTIVATION: usize = 88
export const ALPHA: usize = 92
export const ALPHA_STEP: usize = 96
