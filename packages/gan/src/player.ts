/** The two players of a GAN: their losses, their checks, their warnings. @module */
import { assertBatch, checkBatch, type Key } from '@gen/backend'
import type { Batch, Player } from '@gen/model'
import { discriminatorLoss, type Game, generatorLoss } from './game/game.ts'
import { discriminatorWarnings, generatorWarnings } from './game/warnings.ts'

const where = 'gan.loss'

/** The players of a game; the discriminator makes `steps` updates in a round. */
export function playersOf(
  game: Game,
  steps: number,
): readonly [discriminator: Player<Batch>, generator: Player<Batch>] {
  const { generator, discriminator } = game
  // Either player's loss calls both networks in training mode, which may move the state of both.
  const state = () => [...(generator.state?.() ?? []), ...(discriminator.state?.() ?? [])]
  const check = (batch: Batch) => checkBatch(where, game, batch)
  const losing = (loss: typeof generatorLoss) => (batch: Batch, k: Key) => {
    assertBatch(where, game, batch)
    return loss(game, batch, k)
  }
  return [
    {
      name: 'discriminator',
      steps,
      variables: () => discriminator.variables(),
      loss: losing(discriminatorLoss),
      warnings: discriminatorWarnings,
      ...{ state, check },
    },
    {
      name: 'generator',
      variables: () => generator.variables(),
      loss: losing(generatorLoss),
      warnings: generatorWarnings,
      ...{ state, check },
    },
  ]
}
