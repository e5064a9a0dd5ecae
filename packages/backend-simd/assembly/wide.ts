// The 256-bit builds. V8 can join two neighboring 128-bit operations into one of 256 bits where everything comes in pairs
// of vectors, from the stores back to the loads: tiles of 6 × 16 here, where the other builds have 4 × 8 and 3 × 12. Where it does not
// join them the code is right all the same, and has the same bits as the relaxed builds: every number is summed up in the
// same order.
//
// What is left over of columns (fewer than 16) and rows (fewer than 4) goes through the tiles of the other builds.

/** Whether this is such a build (`--use GEN_WIDE=1` of scripts/build-wasm.mjs). */
// @ts-ignore: a constant that the compiler is told
export const WIDE: bool = GEN_WIDE != 0

/** Bytes of the numbers that are computed together, and that `accumulate` (panel-sums.ts) takes as neighbors. */
export const GROUP: usize = WIDE ? 32 : 16
