/** The gradients of convolution that tfjs-backend-wasm lacks, composed of what it has. @module */
import { backend_util, conv2d, pad, slice, type Tensor, type Tensor4D, transpose } from '@tensorflow/tfjs-core'
import { refusal } from '../errors/refusal.ts'

/** Attributes of the gradient kernels of convolution, as tfjs passes them. */
export interface ConvolutionAttributes {
  strides: number | [number, number]
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  dilations?: number | [number, number]
  dataFormat?: string
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
  filterShape: [number, number, number, number]
  inputShape: [number, number, number, number]
}

/**
 * The filter gradient `dW[i, j, ci, co] = Σ x[b, y·s + i − p, x·s + j − p, ci]·dy[b, y, x, co]`: a convolution of the input,
 * with channels as batch and batch as channels, with dy as the filter, dilated by the stride.
 */
export function conv2dFilterGradient([x, dy]: [Tensor4D, Tensor4D], attributes: ConvolutionAttributes): Tensor {
  const { filterShape } = attributes
  const info = convolutionInfo('backend.conv2DBackpropFilter', x.shape, filterShape, attributes, false)
  const needed: [number, number] = [
    (info.outHeight - 1) * info.strideHeight + info.filterHeight,
    (info.outWidth - 1) * info.strideWidth + info.filterWidth,
  ]
  const padded = window(x, info.padInfo, needed)
  const image = transpose(padded, [3, 1, 2, 0])
  const filter = transpose(dy, [1, 2, 0, 3])
  const dilations: [number, number] = [info.strideHeight, info.strideWidth]
  return transpose(conv2d(image, filter, 1, 'valid', 'NHWC', dilations), [1, 2, 0, 3])
}

/** tfjs's own reading of strides, padding and dilations. */
export function convolutionInfo(
  where: string,
  inputShape: [number, number, number, number],
  filterShape: [number, number, number, number],
  { strides, pad: padding, dilations = 1, dataFormat = 'NHWC', dimRoundingMode }: ConvolutionAttributes,
  depthwise: boolean,
): backend_util.Conv2DInfo {
  if (dataFormat !== 'NHWC') {
    throw refusal('config', where, {
      expected: "dataFormat 'NHWC' on wasm",
      got: `'${dataFormat}'`,
      remedy: 'transpose first',
    })
  }
  return backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    padding,
    dimRoundingMode,
    depthwise,
  )
}

/** `height` rows and `width` columns from `top` rows above and `left` columns before x (below and after if negative). */
export function window(
  x: Tensor4D,
  { top, left }: { top: number; left: number },
  [height, width]: [height: number, width: number],
): Tensor4D {
  const [batch, rows, columns, channels] = x.shape
  const padded = pad(x, [
    [0, 0],
    [Math.max(0, top), Math.max(0, height - top - rows)],
    [Math.max(0, left), Math.max(0, width - left - columns)],
    [0, 0],
  ])
  return slice(padded, [0, Math.max(0, -top), Math.max(0, -left), 0], [batch, height, width, channels])
}
