/** Activations that make a number of NaN, and so hide a divergence. @module */
import {
  engine,
  type KernelFunc,
  maximum,
  minimum,
  relu,
  type Tensor,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Repair } from './repair.ts'

/** min(max(x, low), high), of which NaN is NaN. */
export function between(x: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(x, low), high)
}

/** In place of a kernel of relu6. */
export const relu6: KernelFunc = ({ inputs }) => tidy(() => between(inputs.x as Tensor, 0, 6))

/** elu(x) ≥ x everywhere, so the larger of the two is elu(x), and NaN where x is. */
export function withNaN(elu: KernelFunc): KernelFunc {
  return (call) => tidy(() => maximum(asTensor(elu(call)), call.inputs.x as Tensor))
}

const activations: Record<string, (x: Tensor) => Tensor> = {
  elu: (x) => engine().runKernel('Elu', { x }),
  relu,
  relu6: (x) => between(x, 0, 6),
}

/** Makes a fused product or convolution apply these of its activations afterwards, by their own kernels. */
export function withActivationAfter(names: ('elu' | 'relu' | 'relu6')[]): Repair {
  return (original) => (call) => {
    const { activation } = call.attrs as { activation: string }
    if (!names.some((name) => name === activation)) return original(call)
    return tidy(() => {
      const product = original({ ...call, attrs: { ...call.attrs, activation: 'linear' } })
      return activations[activation]!(asTensor(product))
    })
  }
}

function asTensor(result: TensorInfo | TensorInfo[]): Tensor {
  const info = result as TensorInfo
  return 'rank' in info ? (info as Tensor) : engine().makeTensorFromTensorInfo(info)
}
