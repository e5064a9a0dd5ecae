/** How tfjs's kernels are written as ONNX's operators. @module */
import { convolutionKernels } from './convolution-kernels.ts'
import { elementwiseKernels } from './elementwise-kernels.ts'
import type { CallPair, GraphBuilder } from './graph-builder.ts'
import type { KernelWriter } from './kernel-writer.ts'
import { reductionKernels } from './reduction-kernels.ts'
import { shapeKernels } from './shape-kernels.ts'

const writers: Readonly<Record<string, KernelWriter>> = {
  ...elementwiseKernels,
  ...shapeKernels,
  ...reductionKernels,
  ...convolutionKernels,
}

/**
 * Writes a call of a kernel.
 *
 * @throws GenError `config` for a kernel that has no counterpart here.
 */
export function writeKernel(graph: GraphBuilder, call: CallPair): void {
  if (!Object.hasOwn(writers, call.kernel)) graph.refuse('operations that ONNX has', call.kernel)
  writers[call.kernel]!(graph, call)
}
