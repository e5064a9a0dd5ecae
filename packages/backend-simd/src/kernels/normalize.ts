/** Softmax; code in `assembly/normalize.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk: an exponential takes about 1 ns. */
const costly = 4096

const softmax = fastKernel<{ logits: TensorInfo }, { dim: number }>(
  'Softmax',
  ({ inputs: { logits }, attrs: { dim }, backend }) => {
    const { shape } = logits
    const last = shape.length - 1
    if (logits.dtype !== 'float32' || (dim !== -1 && dim !== last) || last < 0) return null
    const y = backend.output(shape, 'float32')
    const count = shape[last]!
    const size = util.sizeFromShape(shape)
    if (size === 0) return y
    const [from, to] = [backend.pointer(logits), backend.pointer(y)]
    backend.run('softmaxRows', backend.chunks(size, costly), from, to, size / count, count)
    return y
  },
)

/** The family. */
export const normalizeKernels: KernelConfig[] = [softmax]
