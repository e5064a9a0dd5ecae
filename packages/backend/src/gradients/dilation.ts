/** Gradients of dilated convolutions, which tfjs refuses: a dilated filter is a filter with zeros between its taps. @module */
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core'
import { spread } from '../kernels/spread.ts'
import { run } from './linear-kernels.ts'
import { vectorJacobian } from './vector-jacobian.ts'

/** Wraps the gradient of Conv2D or DepthwiseConv2dNative. */
export function withDilations(config: GradConfig): GradConfig {
  return {
    ...config,
    gradFunc: (dy, saved, attributes) => {
      const [rows, columns] = pair(attributes.dilations as number | [number, number] | undefined)
      if (rows === 1 && columns === 1) return config.gradFunc(dy, saved, attributes)
      const [x, filter] = saved as [Tensor, Tensor]
      const [forX, forFilter] = vectorJacobian(
        () => undilated(config.kernelName, x, spread(spread(filter, 0, rows), 1, columns), attributes),
        [x, filter],
        dy as Tensor,
      )
      return { x: () => forX!, filter: () => forFilter! }
    },
  }
}

function undilated(kernelName: string, x: Tensor, filter: Tensor, attributes: NamedAttrMap): Tensor {
  return run(kernelName, { x, filter }, { ...attributes, dilations: [1, 1] })
}

function pair(value: number | [number, number] | undefined): [number, number] {
  return Array.isArray(value) ? value : [value ?? 1, value ?? 1]
}
