/** Gradients of average pooling where windows touch padding. @module */
import { backend_util, type KernelFunc, mul, type NamedAttrMap, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { poolInfo } from './windows.ts'

type Attributes = {
  filterSize: number | [number, number]
  strides: number | [number, number]
  pad: 'valid' | 'same' | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * Average pooling divides by the number of positions in the window that are not padding; tfjs's kernels of its gradient, by
 * the window's size. Gives them dy times the quotient, so that they are the gradient of what is computed.
 */
export function withCoverage(kernelName: 'AvgPoolGrad' | 'AvgPool3DGrad'): (original: KernelFunc) => KernelFunc {
  return (original) => (call) => {
    const { dy, input } = call.inputs as { dy: Tensor; input: Tensor }
    if (dy.shape.includes(0)) return original(call)
    const quotients = windowsOf(kernelName, input.shape, call.attrs ?? {}).map(quotientsAlong)
    if (quotients.every((list) => list.every((quotient) => quotient === 1))) return original(call)
    return tidy(() => {
      const all = quotients.reduce((outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)), [1])
      const whole = mul(dy, tensor(all, [1, ...quotients.map((list) => list.length), 1]))
      return original({ ...call, inputs: { ...call.inputs, dy: whole } }) as Tensor
    })
  }
}

/** Of one axis of an image: the window's size, the padding before, the stride, the extents of input and output. */
type Windows = [size: number, before: number, stride: number, input: number, output: number]

function quotientsAlong([size, before, stride, input, output]: Windows): number[] {
  return Array.from({ length: output }, (_, i) => {
    const start = i * stride - before
    const inside = Math.min(start + size, input) - Math.max(start, 0)
    // A window of padding only has the average 0, and no gradient to pass on.
    return inside > 0 ? size / inside : 1
  })
}

function windowsOf(kernelName: string, shape: number[], attributes: NamedAttrMap): Windows[] {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as Attributes
  if (kernelName === 'AvgPoolGrad') {
    const info = poolInfo([{ shape }], attributes)
    return [
      [info.filterHeight, info.padInfo.top, info.strideHeight, info.inHeight, info.outHeight],
      [info.filterWidth, info.padInfo.left, info.strideWidth, info.inWidth, info.outWidth],
    ]
  }
  const info = backend_util.computePool3DInfo(
    shape as never,
    filterSize as never,
    strides as never,
    1,
    pad as never,
    dimRoundingMode,
  )
  return [
    [info.filterDepth, info.padInfo.front, info.strideDepth, info.inDepth, info.outDepth],
    [info.filterHeight, info.padInfo.top, info.strideHeight, info.inHeight, info.outHeight],
    [info.filterWidth, info.padInfo.left, info.strideWidth, info.inWidth, info.outWidth],
  ]
}
