/** What a repair of a kernel is. @module */
import type { KernelFunc } from '@tensorflow/tfjs-core'

/** Makes a kernel of the one that is there. */
export type Repair = (original: KernelFunc) => KernelFunc
