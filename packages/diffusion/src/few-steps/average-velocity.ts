/** The average velocity that a network is asked for by telling it of an interval. @module */
import { div, sub, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DenoisingCondition } from '../networks/network.ts'
import { levelOfFlowTime } from '../schedules/level.ts'
import { columnOf } from './few-step-player.ts'

/** From an earlier flow time, nearer to the data, to a later one. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** Numbers by which a network is told of an interval: its end t and length Δ as they are and in slow waves. */
export const intervalSize = 6

/**
 * Slow, for training differentiates in time: log-SNR, of which a network is told otherwise, changes without bound near the ends, and its
 * fast waves would drown the derivative.
 */
function featuresOf({ from, to }: Interval): number[] {
  const waves = (value: number) => [value, Math.sin(Math.PI * value), Math.cos(Math.PI * value)]
  return [...waves(to), ...waves(to - from)]
}

/** What the network is told of the noise level, always the same. */
const middle = levelOfFlowTime(0.5)

/** u of states `z = (1 − t) x₀ + t ε`, each over an interval of its own. */
export function averageVelocity(
  model: Diffusion,
  z: Tensor,
  rows: readonly Interval[],
  condition: DenoisingCondition,
): Tensor {
  return tidy(() => {
    const lengths = rows.map(({ to }) => Math.hypot(1 - to, to))
    const x = div(
      z,
      columnOf(lengths, (length) => length, z),
    )
    // ε − x̂₀ is what a network that predicts the flow puts out, whatever level it is read at.
    const augmentation = tensor2d(rows.map(featuresOf))
    const { eps, clean } = model.predictAt(x, middle, { ...condition, augmentation })
    return sub(eps, clean)
  })
}
