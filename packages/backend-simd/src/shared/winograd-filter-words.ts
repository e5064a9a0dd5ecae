/** The arguments of `winogradFilter` and `winogradFilterPhases`, as byte offsets; see winograd-words.ts. @module */
export const FILTER = 0
export const U = 4
/** Channels that the products sum over, and outputs; with phases, those of the filter as it lies in memory. */
export const INPUTS = 8
export const OUTPUTS = 12
/** Whether the filter is turned by 180° with its channels in each other's place, for the input's gradient. */
export const TURNED = 16
export const SCRATCH = 20
export const SCRATCH_STRIDE = 24
/** Bytes from one frequency of U to the next. */
export const PLANE = 28
/** With phases, turned: which phase of the input. */
export const PHASE = 32
/** With phases: rows and columns of the filter, 4 or 3. */
export const SIZE = 36
