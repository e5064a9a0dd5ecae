/**
 * Gradients of tfjs's gradient kernels, which it has none for. Each is linear in the incoming gradient, so its own
 * gradient is the forward operation.
 * @module
 */
import { engine, type GradConfig, type NamedAttrMap, type Tensor, zerosLike } from '@tensorflow/tfjs-core'

/** Runs a kernel with one output. */
export function run(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return engine().runKernel(name, inputs, attributes as NamedAttrMap)
}

/** A kernel `name(dy, input)` that depends on the values of dy alone; `forward` is the map it transposes. */
export function transposed(
  kernelName: string,
  input: string,
  forward: (seed: Tensor, dy: Tensor, attributes: NamedAttrMap) => Tensor,
): GradConfig {
  return {
    kernelName,
    inputsToSave: ['dy', input],
    gradFunc: (seed, [dy, other], attributes) => ({
      dy: () => forward(seed as Tensor, dy!, attributes),
      [input]: () => zerosLike(other!),
    }),
  }
}

/** Filter gradients are linear in x and in dy: with a filter-shaped seed, one is a convolution, one its transpose. */
function filterGradient(kernelName: string, forward: string, backpropInput: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x', 'dy'],
    gradFunc: (seed, [x, dy], attributes) => {
      const filter = seed as Tensor
      return {
        x: () => run(backpropInput, { dy: dy!, filter }, { ...attributes, inputShape: x!.shape }),
        dy: () => run(forward, { x: x!, filter }, forwardAttributes(x!, attributes)),
      }
    },
  }
}

/** Input gradients are linear in dy and in the filter: with an x-shaped seed, one is a convolution, one its gradient. */
function inputGradient(kernelName: string, forward: string, backpropFilter: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (seed, [dy, filter], attributes) => {
      const x = seed as Tensor
      return {
        dy: () => run(forward, { x, filter: filter! }, forwardAttributes(x, attributes)),
        filter: () => run(backpropFilter, { x, dy: dy! }, { ...attributes, filterShape: filter!.shape }),
      }
    },
  }
}

/** Gradient kernels are called without the dilations, which are one, and some without the layout. */
function forwardAttributes(x: Tensor, attributes: NamedAttrMap): NamedAttrMap {
  const { dilations = Array<number>(x.rank - 2).fill(1), dataFormat = x.rank === 5 ? 'NDHWC' : 'NHWC' } = attributes
  return { ...attributes, dilations, dataFormat }
}

/** One configuration per gradient kernel. */
export const linearKernelGradients: GradConfig[] = [
  transposed('ResizeBilinearGrad', 'images', (images, dy, attributes) =>
    run('ResizeBilinear', { images }, { ...attributes, size: dy.shape.slice(1, 3) }),
  ),
  transposed('ResizeNearestNeighborGrad', 'images', (images, dy, attributes) =>
    run('ResizeNearestNeighbor', { images }, { ...attributes, size: dy.shape.slice(1, 3) }),
  ),
  filterGradient('Conv2DBackpropFilter', 'Conv2D', 'Conv2DBackpropInput'),
  filterGradient('Conv3DBackpropFilterV2', 'Conv3D', 'Conv3DBackpropInputV2'),
  inputGradient('Conv3DBackpropInputV2', 'Conv3D', 'Conv3DBackpropFilterV2'),
  filterGradient('DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput'),
  inputGradient('DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropFilter'),
]
