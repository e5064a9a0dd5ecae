/** Gradients of pooling, first and second order. @module */
import {
  backend_util,
  cast,
  div,
  engine,
  type GradConfig,
  gather,
  mul,
  type NamedAttrMap,
  reshape,
  type Tensor,
  tensor,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { hasKernel } from '../backends/active.ts'
import { GenError } from '../errors/gen-error.ts'
import { run, transposed } from './linear-kernels.ts'

type Attributes = { filterSize: never; strides: never; pad: never; dimRoundingMode?: 'floor' | 'round' | 'ceil' }

/**
 * Average pooling divides by the number of positions in the window that are not padding; the kernel of its gradient, by
 * the window's size. This is the quotient, one number per window; undefined where no window touches padding.
 */
function coverage(kernelName: string, x: Tensor, attributes: NamedAttrMap): Tensor | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as Attributes
  const axes =
    kernelName === 'AvgPool'
      ? axes2d(backend_util.computePool2DInfo(x.shape as never, filterSize, strides, 1, pad, dimRoundingMode))
      : axes3d(backend_util.computePool3DInfo(x.shape as never, filterSize, strides, 1, pad, dimRoundingMode))
  const quotients = axes.map(([size, before, stride, input, output]) =>
    Array.from({ length: output }, (_, i) => {
      const start = i * stride - before
      return size / (Math.min(start + size, input) - Math.max(start, 0))
    }),
  )
  if (quotients.every((list) => list.every((quotient) => quotient === 1))) return undefined
  const all = quotients.reduce((outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)), [1])
  return tensor(all, [1, ...quotients.map((list) => list.length), 1])
}

type Axis = [size: number, before: number, stride: number, input: number, output: number]

function axes2d(info: backend_util.Conv2DInfo): Axis[] {
  return [
    [info.filterHeight, info.padInfo.top, info.strideHeight, info.inHeight, info.outHeight],
    [info.filterWidth, info.padInfo.left, info.strideWidth, info.inWidth, info.outWidth],
  ]
}

function axes3d(info: backend_util.Conv3DInfo): Axis[] {
  return [
    [info.filterDepth, info.padInfo.front, info.strideDepth, info.inDepth, info.outDepth],
    [info.filterHeight, info.padInfo.top, info.strideHeight, info.inHeight, info.outHeight],
    [info.filterWidth, info.padInfo.left, info.strideWidth, info.inWidth, info.outWidth],
  ]
}

function times(x: Tensor, factor: Tensor | undefined): Tensor {
  return factor === undefined ? x : mul(x, factor)
}

/** tfjs's own is too small where windows touch padding. */
function averageGradient(kernelName: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => {
        const whole = times(dy as Tensor, coverage(kernelName, x!, attributes))
        return run(`${kernelName}Grad`, { dy: whole, input: x! }, attributes)
      },
    }),
  }
}

function averageGradientGradient(kernelName: string): GradConfig {
  return transposed(`${kernelName}Grad`, 'input', (x, _, attributes) => {
    const layout = kernelName === 'AvgPool3D' ? { dataFormat: 'NDHWC' } : {}
    const pooled = run(kernelName, { x }, { ...layout, ...attributes })
    const quotient = coverage(kernelName, x, attributes)
    return quotient === undefined ? pooled : div(pooled, quotient)
  })
}

/** The gradient of max pooling puts each dy where its window's maximum is; this takes the seed from there. */
const maxPoolGradGradient: GradConfig = {
  kernelName: 'MaxPoolGrad',
  inputsToSave: ['input', 'output'],
  gradFunc: (seed, [input, output], attributes) => ({
    dy: () => {
      const positions = maximumPositions(input!, attributes)
      const flat = reshape(seed as Tensor, [input!.size])
      return reshape(gather(flat, reshape(positions, [output!.size])), output!.shape)
    },
    input: () => zerosLike(input!),
    output: () => zerosLike(output!),
  }),
}

function maximumPositions(x: Tensor, attributes: NamedAttrMap): Tensor {
  if (!hasKernel('MaxPoolWithArgmax')) {
    throw new GenError(
      'backend',
      'backend.maxPool: expected a backend with the kernel MaxPoolWithArgmax for a gradient of a gradient, got ' +
        `${engine().backendName}; pool by reshape and max, or by mean, there`,
    )
  }
  const outputs = engine().runKernel('MaxPoolWithArgmax', { x }, { ...attributes, includeBatchInIndex: true })
  return cast((outputs as Tensor[])[1]!, 'int32')
}

/** All of these. */
export const poolGradients: GradConfig[] = [
  averageGradient('AvgPool'),
  averageGradient('AvgPool3D'),
  averageGradientGradient('AvgPool'),
  averageGradientGradient('AvgPool3D'),
  maxPoolGradGradient,
]
