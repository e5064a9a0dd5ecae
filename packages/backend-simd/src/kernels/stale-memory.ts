/** Leaves strange values in free memory, for tests: what reads past its input or leaves its output unwritten shows. @module */
import { dispose, fill } from '@tensorflow/tfjs-core'

/** Blocks of each size class from 32 elements to 2^17, so that small and large allocations meet one. */
const classes = 13

/**
 * Fills free memory of the running backend with NaN. Kernels may write over what lies in it, never show it: a result
 * must not depend on the tensors that were disposed before.
 */
export function spoilFreeMemory(): void {
  const sizes = Array.from({ length: classes }, (_, i) => 32 << i)
  // All at once: a block that is free again would be taken for the next.
  dispose([...sizes, ...sizes].map((size) => fill([size], Number.NaN)))
}
