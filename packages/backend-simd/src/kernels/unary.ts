/** Element-wise functions of one float32 argument; code in `assembly/unary.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk: memory-bound functions, and those that compute (an exponential takes about 1 ns). */
const cheap = 16384
const costly = 4096

function unary(kernelName: string, program: string, grain: number): KernelConfig {
  return fastKernel<{ x: TensorInfo }>(kernelName, ({ inputs: { x }, backend }) => {
    if (x.dtype !== 'float32') return null
    const y = backend.output(x.shape, 'float32')
    const size = util.sizeFromShape(x.shape)
    backend.run(program, backend.chunks(size, grain), backend.pointer(x), backend.pointer(y), size)
    return y
  })
}

/** The family. */
export const unaryKernels: KernelConfig[] = [
  unary('Abs', 'absF32', cheap),
  unary('Exp', 'expF32', costly),
  unary('Neg', 'negF32', cheap),
  unary('Relu', 'reluF32', cheap),
  unary('Sigmoid', 'sigmoidF32', costly),
  unary('Sqrt', 'sqrtF32', cheap),
  unary('Square', 'squareF32', cheap),
]
