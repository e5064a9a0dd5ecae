/** One convolution for images and signals. @module */
import { fused, reshape, type Tensor, type Tensor1D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core'

/**
 * Convolves images `[b, h, w, in]` with a kernel `[size, size, in, out]`, or signals `[b, n, in]` with `[size, in, out]`,
 * and adds the bias `[out]`. Zeros stand around the edges; a stride s leaves ⌈n/s⌉ positions.
 */
export function convolve(x: Tensor, kernel: Tensor, bias: Tensor, stride = 1): Tensor {
  const isSignal = x.shape.length === 3
  // A signal is an image of height 1; its kernel is then 1 high.
  const image = (isSignal ? reshape(x, [x.shape[0]!, 1, x.shape[1]!, x.shape[2]!]) : x) as Tensor4D
  const filter = (isSignal ? reshape(kernel, [1, ...(kernel as Tensor3D).shape]) : kernel) as Tensor4D
  const strides: [number, number] = isSignal ? [1, stride] : [stride, stride]
  const y = fused.conv2d({ x: image, filter, bias: bias as Tensor1D, strides, pad: 'same' }) as Tensor4D
  return isSignal ? reshape(y, [y.shape[0], y.shape[2], y.shape[3]]) : y
}
