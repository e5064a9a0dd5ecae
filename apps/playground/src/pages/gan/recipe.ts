/** The game of this page with its settings: what a reader would write with the packages. @module */
import { fold, type Key } from '@gen/backend'
import { type Gan, gan, mlpDiscriminator, mlpGenerator } from '@gen/gan'
import {
  gradientPenalty,
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  type Objective,
  type Penalty,
  r1,
  r2,
  relativistic,
  wasserstein,
} from '@gen/losses'
import type { Network } from '@gen/model'
import type { GameSettings } from './game.ts'
import type { GanSettings } from './settings.ts'

const objectives = { nonSaturating, minimax, relativistic, wasserstein, hinge, leastSquares } as const

/** Both players' networks. */
export interface Networks {
  readonly generator: Network
  readonly discriminator: Network
}

/** Perceptrons from z in [−1, 1]² to the plane, and from the plane to a number. */
export function networksOf({ width, layers, waves }: GanSettings, key: Key): Networks {
  const widths = Array<number>(layers).fill(width)
  return {
    generator: mlpGenerator({ shape: [2], latentSize: 2, widths, key: fold(key, 0) }),
    discriminator: mlpDiscriminator({ shape: [2], widths, frequencies: waves, bandwidth: 1, key: fold(key, 1) }),
  }
}

/** What D and G want. */
export function objectiveOf({ objective }: GameSettings): Objective {
  return objectives[objective]()
}

function penaltiesOf({ penalty, weight }: GameSettings): Penalty[] {
  if (penalty === 'none' || weight === 0) return []
  if (penalty === 'interpolated') return [gradientPenalty({ weight })]
  return penalty === 'r1' ? [r1({ weight })] : [r1({ weight }), r2({ weight })]
}

/** The game of two networks; with other settings, another game of the same networks. */
export function gameOf(networks: Networks, settings: GameSettings): Gan {
  return gan({
    ...networks,
    latent: 'uniform',
    objective: objectiveOf(settings),
    penalties: penaltiesOf(settings),
    discriminatorSteps: settings.k,
  })
}
