/** Gradients inside gradients. @module */
import { engine, type Tensor, zerosLike } from '@tensorflow/tfjs-core'

/**
 * Vector–Jacobian products dyᵀ·∂f/∂xᵢ, usable within a gradient function, and differentiable there.
 *
 * tfjs's `grads` drops the tape of a backward pass that it is called in; this puts it back.
 *
 * @param f - Differentiable; an input it ignores gets zeros.
 * @param dy - Shaped as f's result.
 */
export function vectorJacobian(f: () => Tensor, xs: Tensor[], dy: Tensor): Tensor[] {
  const { state } = engine()
  const tape = state.activeTape
  try {
    const { value, grads } = engine().gradients(f, xs, dy, true)
    value.dispose()
    return xs.map((x, i) => grads[i] ?? zerosLike(x))
  } finally {
    if (state.gradientDepth === 0) state.activeTape = tape
  }
}
