/** Softmax, and batch normalization with given moments; code in `assembly/normalize.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floatBits } from '../program.ts'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk: an exponential takes about 1 ns. */
const costly = 4096
const cheap = 16384

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

interface BatchNormInputs {
  x: TensorInfo
  mean: TensorInfo
  variance: TensorInfo
  scale?: TensorInfo
  offset?: TensorInfo
}

const batchNorm = fastKernel<BatchNormInputs, { varianceEpsilon?: number }>(
  'FusedBatchNorm',
  ({ inputs: { x, mean, variance, scale, offset }, attrs, backend }) => {
    const { shape } = x
    const channels = shape[shape.length - 1] ?? 1
    const parameters = [mean, variance, scale, offset].filter((tensor) => tensor !== undefined && tensor !== null)
    const perChannel = (tensor: TensorInfo) =>
      tensor.dtype === 'float32' &&
      util.sizeFromShape(tensor.shape) === channels &&
      tensor.shape[tensor.shape.length - 1] === channels
    if (x.dtype !== 'float32' || channels === 0 || !parameters.every(perChannel)) return null
    const y = backend.output(shape, 'float32')
    const size = util.sizeFromShape(shape)
    const pointers = [mean, variance, scale, offset].map((tensor) => (tensor ? backend.pointer(tensor) : 0))
    const words = [backend.pointer(x), backend.pointer(y), size / channels, channels, ...pointers]
    const epsilon = floatBits(attrs.varianceEpsilon ?? 0.001)
    backend.scratch(8 * channels, (scratch, stride) => {
      backend.run('batchNormRows', backend.chunks(size, cheap), ...words, epsilon, scratch, stride)
    })
    return y
  },
)

/** The family. */
export const normalizeKernels: KernelConfig[] = [batchNorm, softmax]
