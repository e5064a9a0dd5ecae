/** SiLU and its gradient; code in `assembly/silu-kernels.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { genKernel } from './gen-kernel.ts'

const grain = 4096

/** `GenSilu` and `GenSiluGrad` of `@gen/backend`. */
export const siluKernels: KernelConfig[] = [
  genKernel<{ x0: TensorInfo }>(
    'GenSilu',
    () => undefined,
    ({ inputs: { x0 }, backend }) => {
      const y = backend.output(x0.shape, 'float32')
      const size = util.sizeFromShape(x0.shape)
      backend.run('siluF32', backend.chunks(size, grain), backend.pointer(x0), backend.pointer(y), size)
      return y
    },
  ),
  genKernel<{ dy: TensorInfo; x0: TensorInfo }>(
    'GenSiluGrad',
    (_, { x0 }) => x0.shape,
    ({ inputs: { dy, x0 }, backend }) => {
      const dx = backend.output(x0.shape, 'float32')
      const size = util.sizeFromShape(x0.shape)
      const pointers = [backend.pointer(dy), backend.pointer(x0), backend.pointer(dx)]
      backend.run('siluGradF32', backend.chunks(size, grain), ...pointers, size)
      return [dx]
    },
  ),
]
