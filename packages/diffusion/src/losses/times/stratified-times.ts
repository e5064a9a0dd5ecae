/** Times drawn evenly over the batch. @module */
import { uniform } from '@gen/backend'
import { add, div, range, type Tensor1D } from '@tensorflow/tfjs-core'
import type { TimeSampling } from './time-sampling.ts'

/**
 * `tᵢ = (i + uᵢ)/rows` with uᵢ uniform in [0, 1): one time in each of as many equal parts of [0, 1) as the batch has rows, so the loss varies less from batch to batch than with
 * {@link uniformTimes}, about the same mean. Rows are not drawn alike: shuffled data do not mind.
 *
 * @see Variational diffusion models (Kingma et al., 2021), appendix I.1, whose times share one u https://arxiv.org/abs/2107.00630
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), times: stratifiedTimes() })
 */
export function stratifiedTimes(): TimeSampling {
  return {
    config: { kind: 'stratified' },
    draw(k, rows, schedule) {
      const t = div(add(uniform(k, [rows]), range(0, rows, 1, 'float32')), rows)
      return { alpha: schedule.alpha(t) as Tensor1D }
    },
  }
}
