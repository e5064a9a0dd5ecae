/** Gradients of matrix products one of whose factors is broadcast; tfjs forgets to sum over the repetitions. @module */
import { type GradConfig, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'

/** Wraps the gradient of BatchMatMul. */
export function withBroadcasting(config: GradConfig): GradConfig {
  return {
    ...config,
    gradFunc: (dy, saved, attributes) => {
      const { a, b } = config.gradFunc(dy, saved, attributes) as Record<'a' | 'b', () => Tensor>
      const [left, right] = saved as [Tensor, Tensor]
      return { a: () => sumTo(a(), left.shape), b: () => sumTo(b(), right.shape) }
    },
  }
}

/** Sums over the dimensions along which a tensor of this shape was repeated. */
function sumTo(gradient: Tensor, shape: number[]): Tensor {
  const missing = gradient.rank - shape.length
  const repeated = gradient.shape.flatMap((extent, axis) => (extent === (shape[axis - missing] ?? 0) ? [] : [axis]))
  return repeated.length === 0 ? gradient : reshape(sum(gradient, repeated), shape)
}
