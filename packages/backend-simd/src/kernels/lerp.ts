/** Averages of weights; code in `assembly/lerp.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floatBits } from '../program.ts'
import { genKernel } from './gen-kernel.ts'

const grain = 8192

/** `GenLerp` of `@gen/train`: `a + share · (b − a)`. */
export const lerpKernels: KernelConfig[] = [
  genKernel<{ x0: TensorInfo; x1: TensorInfo }, { share: number }>(
    'GenLerp',
    (_, { x0 }) => x0.shape,
    ({ inputs: { x0, x1 }, attrs, backend }) => {
      const y = backend.output(x0.shape, 'float32')
      const size = util.sizeFromShape(x0.shape)
      const pointers = [x0, x1, y].map((info) => backend.pointer(info))
      backend.run('lerpF32', backend.chunks(size, grain), ...pointers, size, floatBits(attrs.share))
      return y
    },
  ),
]
