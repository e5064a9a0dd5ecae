/** Every fast kernel. A new family is added here. @module */
import type { KernelConfig } from '@tensorflow/tfjs-core'
import { binaryKernels } from './binary.ts'
import { unaryKernels } from './unary.ts'
import { viewKernels } from './views.ts'

/** The fast kernels; tfjs-backend-cpu's fill the rest. */
export const fastKernels: KernelConfig[] = [...binaryKernels, ...unaryKernels, ...viewKernels]
