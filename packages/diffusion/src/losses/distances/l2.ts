/** Squared differences. @module */
import { square } from '@tensorflow/tfjs-core'
import type { Distance } from './distance.ts'

/**
 * `d²`: its optimum is the mean, and the one under which weightings change how much each level counts and not what is best there.
 *
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), loss: l2() })
 */
export function l2(): Distance {
  return { config: { kind: 'l2' }, of: square }
}
