/** The gradients of depthwise convolution that tfjs-backend-wasm lacks, composed of what it has. @module */
import {
  concat,
  depthwiseConv2d,
  mul,
  reshape,
  reverse,
  stridedSlice,
  sum,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { spread } from '../kernels/spread.ts'
import { type ConvolutionAttributes, convolutionInfo, window } from './convolution.ts'

/** The filter gradient: for each tap, the product of dy with the input's positions under it, summed. */
export function depthwiseFilterGradient([x, dy]: [Tensor4D, Tensor4D], attributes: ConvolutionAttributes): Tensor {
  const { filterShape } = attributes
  const [rows, columns, channels, multiplier] = filterShape
  const where = 'backend.depthwiseConv2dNativeBackpropFilter'
  const info = convolutionInfo(where, x.shape, filterShape, attributes, true)
  const { outHeight, outWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, batchSize } = info
  const reach = (out: number, stride: number, taps: number, dilation: number) =>
    (out - 1) * stride + (taps - 1) * dilation + 1
  const padded = window(x, info.padInfo, [
    reach(outHeight, strideHeight, rows, dilationHeight),
    reach(outWidth, strideWidth, columns, dilationWidth),
  ])
  const positions = batchSize * outHeight * outWidth
  const dys = reshape(dy, [positions, channels, multiplier])
  const taps = Array.from({ length: rows * columns }, (_, tap) => {
    const y = Math.floor(tap / columns) * dilationHeight
    const z = (tap % columns) * dilationWidth
    const end = [batchSize, y + reach(outHeight, strideHeight, 1, 1), z + reach(outWidth, strideWidth, 1, 1), channels]
    const under = stridedSlice(padded, [0, y, z, 0], end, [1, strideHeight, strideWidth, 1])
    return sum(mul(reshape(under, [positions, channels, 1]), dys), 0)
  })
  return reshape(concat(taps), filterShape)
}

/**
 * The input gradient: dy with zeros between its entries, convolved with the flipped filter. Each output channel is its own
 * group, and those of one input channel are added last.
 */
export function depthwiseInputGradient([dy, filter]: [Tensor4D, Tensor4D], attributes: ConvolutionAttributes): Tensor {
  const { inputShape } = attributes
  const where = 'backend.depthwiseConv2dNativeBackpropInput'
  const info = convolutionInfo(where, inputShape, filter.shape, attributes, true)
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info
  const [rows, columns, channels, multiplier] = filter.shape
  const [batch, height, width] = inputShape
  const dense = spread(spread(dy, 1, strideHeight), 2, strideWidth)
  // Row y of the input gradient sums rows y + p − i·d of dy: a window that starts (taps − 1)·d − p above dy's first row.
  const before = { top: (rows - 1) * dilationHeight - padInfo.top, left: (columns - 1) * dilationWidth - padInfo.left }
  const image = window(dense, before, [height + (rows - 1) * dilationHeight, width + (columns - 1) * dilationWidth])
  const flipped = reverse(reshape(filter, [rows, columns, channels * multiplier, 1]), [0, 1]) as Tensor4D
  const spreadOut = depthwiseConv2d(image, flipped, 1, 'valid', 'NHWC', [dilationHeight, dilationWidth])
  return sum(reshape(spreadOut, [batch, height, width, channels, multiplier]), 4)
}
