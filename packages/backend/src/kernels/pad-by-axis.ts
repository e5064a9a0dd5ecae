/** Padding of tensors of any rank on GPUs. @module */
import { type KernelFunc, pad, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Above rank 4 webgpu gives wrong values and webgl a shader that does not compile: there one axis after the other. */
export function padByAxis(original: KernelFunc): KernelFunc {
  return (call) => {
    const x = call.inputs.x as Tensor
    if (x.shape.length <= 4) return original(call)
    const { paddings, constantValue } = call.attrs as unknown as Attributes
    return tidy(() => paddings.reduce<Tensor>((y, padding, axis) => padOne(y, axis, padding, constantValue), x.clone()))
  }
}

interface Attributes {
  paddings: [number, number][]
  constantValue: number
}

function padOne(x: Tensor, axis: number, padding: [number, number], value: number): Tensor {
  if (padding[0] === 0 && padding[1] === 0) return x
  const size = (extents: number[]) => extents.reduce((total, extent) => total * extent, 1)
  const flat = [size(x.shape.slice(0, axis)), x.shape[axis]!, size(x.shape.slice(axis + 1))]
  const padded = pad(reshape(x, flat), [[0, 0], padding, [0, 0]], value)
  return reshape(
    padded,
    x.shape.map((extent, i) => (i === axis ? extent + padding[0] + padding[1] : extent)),
  )
}
