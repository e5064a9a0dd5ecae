/** The arguments of `winogradTaps` and `winogradTapsPhases`, as byte offsets; see winograd-words.ts. @module */
export const SUMS = 0
export const PARTS = 4
export const INPUTS = 8
export const OUTPUTS = 12
export const DW = 16
export const SCRATCH = 20
export const SCRATCH_STRIDE = 24
/** Bytes from one frequency of the sums to the next. */
export const PLANE = 28
/** With phases: rows and columns of the filter, 4 or 3. */
export const SIZE = 32
