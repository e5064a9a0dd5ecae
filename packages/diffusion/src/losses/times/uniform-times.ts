/** Times drawn evenly. @module */
import { uniform } from '@gen/backend'
import type { Tensor1D } from '@tensorflow/tfjs-core'
import type { TimeSampling } from './time-sampling.ts'

/**
 * t uniform in [0, 1), each row for itself.
 *
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), times: uniformTimes() })
 */
export function uniformTimes(): TimeSampling {
  return {
    config: { kind: 'uniform' },
    draw: (k, rows, schedule) => ({ alpha: schedule.alpha(uniform(k, [rows])) as Tensor1D }),
  }
}
