/** Gradients of sums and means. @module */
import { broadcastTo, div, fill, type GradConfig, mul, reshape, type Tensor, util, zeros } from '@tensorflow/tfjs-core'

/** Beyond this rank WebGPU's tiles lose the device. */
const mostTiled = 4

/**
 * dy, spread over what was summed up. tfjs multiplies it by ones, which it makes in JavaScript: of a large x that took longer
 * than the sum's own kernel.
 */
function spreadOver(kernelName: 'Sum' | 'Mean'): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [input], attributes) => {
      const x = input!
      const axes = util.parseAxisParam((attributes as { axis: number | number[] }).axis, x.shape)
      const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
      const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1)
      const spread = () => {
        if (x.size === 0) return zeros(x.shape)
        const each = kernelName === 'Mean' ? div(dy as Tensor, count) : (dy as Tensor)
        const column = reshape(each, kept)
        return x.rank <= mostTiled ? broadcastTo(column, x.shape) : mul(column, fill(x.shape, 1))
      }
      return { x: spread }
    },
  }
}

/** One configuration per kernel. */
export const reductionGradients: GradConfig[] = [spreadOver('Sum'), spreadOver('Mean')]
