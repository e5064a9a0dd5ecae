/** Fused convolutions whose gradient tfjs gets wrong. @module */
import { engine, type KernelFunc } from '@tensorflow/tfjs-core'
import { refusal } from '../errors/refusal.ts'

/**
 * The gradient of `fused.conv2d` forgets `dimRoundingMode`, and takes what comes back for another shape; it stands in tfjs's
 * operation, where it cannot be replaced. So it is refused where a gradient is being taken.
 *
 * @throws GenError `backend`
 */
export function withoutRoundingInGradients(original: KernelFunc): KernelFunc {
  return (call) => {
    const rounding = call.attrs?.dimRoundingMode
    if (rounding != null && engine().state.gradientDepth > 0) {
      throw refusal('backend', 'backend.fused.conv2d', {
        expected: 'no dimRoundingMode where a gradient is taken',
        got: `'${rounding}', which tfjs's gradient ignores on every backend (${engine().backendName})`,
        remedy: 'use conv2d',
        details: { kernelName: 'FusedConv2D', backendName: engine().backendName },
      })
    }
    return original(call)
  }
}
