/** Max pooling of images and its gradient; code in `assembly/max-pool.ts`. @module */
import { backend_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { assertShape, fastKernel } from './kernel.ts'

/** Elements of windows worth a chunk. */
const grain = 16384

interface PoolAttributes {
  filterSize: number | [number, number]
  strides: number | [number, number]
  pad: 'valid' | 'same' | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

interface PoolPlan {
  readonly outShape: number[]
  /** Elements of all windows. */
  readonly work: number
  readonly words: number[]
  readonly overlapping: boolean
  /** Windows of one pixel, and as many: tfjs takes that for no pooling, whatever strides and padding are. */
  readonly identity: boolean
}

function plan(shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): PoolPlan {
  const info = backend_util.computePool2DInfo(shape as never, filterSize, strides, 1, pad, dimRoundingMode)
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info
  const sizes = [batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth]
  return {
    outShape: info.outShape,
    work: util.sizeFromShape(info.outShape) * filterHeight * filterWidth,
    words: [...sizes, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left],
    overlapping: filterHeight > info.strideHeight,
    identity: filterHeight * filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape),
  }
}

const maxPool = fastKernel<{ x: TensorInfo }, PoolAttributes>('MaxPool', ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype !== 'float32') return null
  const { outShape, work, words, identity } = plan(x.shape, attrs)
  if (identity) return backend.share(x, x.shape)
  const y = backend.output(outShape, 'float32')
  if (work > 0) backend.run('maxPool', backend.chunks(work, grain), backend.pointer(x), backend.pointer(y), ...words)
  return y
})

const maxPoolGrad = fastKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
  'MaxPoolGrad',
  ({ inputs: { dy, input }, attrs, backend }) => {
    if (dy.dtype !== 'float32' || input.dtype !== 'float32') return null
    const { outShape, work, words, overlapping } = plan(input.shape, attrs)
    assertShape('MaxPoolGrad', 'dy', dy, outShape)
    const dx = backend.output(input.shape, 'float32')
    if (util.sizeFromShape(dx.shape) === 0) return dx
    const pointers = [backend.pointer(dy), backend.pointer(input), backend.pointer(dx)]
    backend.run('maxPoolGrad', backend.chunks(work, grain), ...pointers, ...words, overlapping ? 0 : 1)
    return dx
  },
)

/** The family. */
export const maxPoolKernels: KernelConfig[] = [maxPool, maxPoolGrad]
