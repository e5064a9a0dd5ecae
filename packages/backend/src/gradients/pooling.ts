/** Gradients of pooling, first and second order. @module */
import {
  cast,
  engine,
  type GradConfig,
  gather,
  type NamedAttrMap,
  reshape,
  type Tensor,
  util,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { hasKernel } from '../backends/active.ts'
import { refusal } from '../errors/refusal.ts'
import { poolInfo } from '../kernels/windows.ts'
import { run, transposed } from './linear-kernels.ts'

/**
 * Wraps the gradient of AvgPool or MaxPool. Windows of one pixel, and as many, tfjs takes for no pooling, whatever strides
 * and padding are; kernels of the gradient do not.
 */
export function withIdentity(config: GradConfig): GradConfig {
  return {
    ...config,
    gradFunc: (dy, saved, attributes) => {
      const { filterHeight, filterWidth, inShape, outShape } = poolInfo(saved, attributes)
      const whole = filterHeight * filterWidth === 1 && util.arraysEqual(inShape, outShape)
      return whole ? { x: () => (dy as Tensor).clone() } : config.gradFunc(dy, saved, attributes)
    },
  }
}

/** Average pooling is linear: the gradient of its gradient is the pooling. */
function averageGradientGradient(kernelName: string): GradConfig {
  return transposed(`${kernelName}Grad`, 'input', (x, _, attributes) => {
    const layout = kernelName === 'AvgPool3D' ? { dataFormat: 'NDHWC' } : {}
    return run(kernelName, { x }, { ...layout, ...attributes })
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
    throw refusal('backend', 'backend.maxPool', {
      expected: 'a backend with the kernel MaxPoolWithArgmax for a gradient of a gradient',
      got: engine().backendName,
      remedy: 'pool by reshape and max, or by mean, there',
    })
  }
  const outputs = engine().runKernel('MaxPoolWithArgmax', { x }, { ...attributes, includeBatchInIndex: true })
  return cast((outputs as Tensor[])[1]!, 'int32')
}

/** All of these. */
export const poolGradients: GradConfig[] = [
  averageGradientGradient('AvgPool'),
  averageGradientGradient('AvgPool3D'),
  maxPoolGradGradient,
]
