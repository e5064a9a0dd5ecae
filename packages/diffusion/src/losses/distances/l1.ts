/** Absolute differences. @module */
import { abs } from '@tensorflow/tfjs-core'
import type { Distance } from './distance.ts'

/**
 * `|d|`: its optimum is the median, which is not the mean that samplers go by, so on points its samples are off; on images it is steadier than squares.
 *
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), loss: l1() })
 */
export function l1(): Distance {
  return { config: { kind: 'l1' }, of: abs }
}
