/** One convolution for images and signals. @module */
import { GenError } from '@gen/backend'
import {
  engine,
  type GradConfig,
  type NamedAttrMap,
  registerGradient,
  reshape,
  sum,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core'

/**
 * Convolves images `[b, h, w, in]` with a kernel `[size, size, in, out]`, or signals `[b, n, in]` with `[size, in, out]`,
 * and adds the bias `[out]`. Zeros stand around the edges; a stride s leaves ⌈n/s⌉ positions.
 */
export function convolve(x: Tensor, kernel: Tensor, bias: Tensor, stride = 1): Tensor {
  if (x.shape.length === 4) return convolveImage(x, kernel, bias, [stride, stride])
  // A signal is an image of height 1, and its kernel 1 high.
  const [b, n, c] = x.shape as [number, number, number]
  const filter = reshape(kernel, [1, ...(kernel as Tensor3D).shape])
  const y = convolveImage(reshape(x, [b, 1, n, c]), filter, bias, [1, stride])
  return reshape(y, [b, y.shape[2]!, y.shape[3]!])
}

// The kernel itself, not `tf.fused.conv2d`: that saves its output for the gradient, which a bias does not need, and takes
// the gradient of the filter also where only that of x is asked for, as in a gradient penalty.
function convolveImage(x: Tensor, filter: Tensor, bias: Tensor, strides: [number, number]): Tensor {
  const attributes = { ...{ strides, pad: 'same', dataFormat: 'NHWC' }, ...{ dilations: [1, 1], activation: 'linear' } }
  return engine().runKernel('FusedConv2D', { x, filter, bias }, attributes)
}

/** tfjs has none for the fused kernel; its own fused convolution does not look one up. */
const gradient: GradConfig = {
  kernelName: 'FusedConv2D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (dys, [x, filter], { strides, pad, dataFormat, activation }) => {
    if (activation !== 'linear') throw new GenError('value', `nn: no gradient of FusedConv2D with ${activation}`)
    const dy = dys as Tensor
    const run = (name: string, inputs: Record<string, Tensor>, shapes: NamedAttrMap): Tensor =>
      engine().runKernel(name, inputs, { strides, pad, dataFormat, ...shapes } as NamedAttrMap)
    return {
      x: () => run('Conv2DBackpropInput', { dy, filter: filter! }, { inputShape: x!.shape }),
      filter: () => run('Conv2DBackpropFilter', { x: x!, dy }, { filterShape: filter!.shape }),
      bias: () => sum(reshape(dy, [-1, dy.shape[3]!]), 0),
    }
  },
}
registerGradient(gradient)
