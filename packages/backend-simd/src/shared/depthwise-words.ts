/**
 * The arguments of depthwise convolutions, as byte offsets, for TypeScript (kernels/depthwise.ts) and AssemblyScript
 * (assembly/depthwise.ts). Forward and filter gradient: x is the input and y the output side; input gradient: the other way round.
 *
 * @module
 */
export const SOURCE = 0
export const FILTER = 4
export const RESULT = 8
export const IMAGES = 12
export const SOURCE_HEIGHT = 16
export const SOURCE_WIDTH = 20
export const HEIGHT = 24
export const WIDTH = 28
export const INPUTS = 32
export const MULTIPLIER = 36
export const TAPS_Y = 40
export const TAPS_X = 44
export const STRIDE_Y = 48
export const STRIDE_X = 52
export const DILATION_Y = 56
export const DILATION_X = 60
export const TOP = 64
export const LEFT = 68
/** 1: the result is the input's gradient. */
export const BACKWARD = 72
export const SCRATCH = 76
export const SCRATCH_STRIDE = 80
export const BIAS = 84
export const ACTIVATION = 88
export const ALPHA = 92
export const ALPHA_STEP = 96
