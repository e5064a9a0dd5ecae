/** An autoencoder and a VAE of the same size, trained side by side on the same batches. @module */
import { fold, type Key } from '@gen/backend'
import { gaussianLikelihood } from '@gen/losses'
import type { Batch, Batches, Player, Trainable } from '@gen/model'
import { autoencoder, klDivergence, mlpNetworks, type Networks, type Vae, vae } from '@gen/vae'
import type { VaeSettings } from './settings.ts'

const shape = [28, 28, 1]
const latentSize = 2

/** The networks of both. */
export interface Pair {
  readonly plain: Vae
  readonly networks: Networks
}

/** Both with perceptrons, and two numbers as a code. */
export function pairOf({ width }: VaeSettings, key: Key): Pair {
  const network = mlpNetworks({ widths: [width, width] })
  return {
    plain: autoencoder({ shape, latentSize, network, key }),
    // A code has a mean and a deviation.
    networks: network.make({ shape, latentSize, outputs: 2 * latentSize, channels: 1, classes: 0, key: fold(key, 0) }),
  }
}

/** The VAE with weights β and γ of now. */
export function variational({ networks }: Pair, { beta, gamma }: VaeSettings): Vae {
  const likelihood = gaussianLikelihood({ deviation: gamma })
  return vae({ shape, latentSize, ...networks, likelihood, divergence: klDivergence({ beta }) })
}

/** Two players that do not meet. */
export function together(plain: Vae, variable: Vae): Trainable<Batch> {
  const named = (name: string, [player]: readonly [Player<Batch>]): Player<Batch> => ({
    ...player,
    name,
    warnings: () => [],
  })
  return { players: [named('plain', plain.players), named('variational', variable.players)] }
}

/** Each batch twice in a row: for one player, then for the other. */
export function twice({ at, config }: Batches<Batch>): Batches<Batch> {
  return { config: { twice: config }, at: (index) => at(Math.floor(index / 2)) }
}
