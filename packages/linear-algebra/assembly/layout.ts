// Where things lie in memory. Below the first 64 KiB is room for what the compiler puts there.

// A panel of 4 columns, 8 KiB, stays in the first-level cache; the left block, 256 KiB, in the second.
export const depthBlock: i32 = 256
export const rowBlock: i32 = 128
export const columnBlock: i32 = 512

/** A tile of 4 × 4 numbers that reaches over the end of the result. */
export const edgeTile: usize = 65408

/** The packed left factor of a product: {@link rowBlock} × {@link depthBlock} numbers. */
export const packedLeft: usize = 65536

/** The packed right factor: {@link depthBlock} × {@link columnBlock} numbers. */
export const packedRight: usize = packedLeft + rowBlock * depthBlock * 8

/** Numbers of callers begin here. */
export const firstNumber: usize = packedRight + depthBlock * columnBlock * 8
