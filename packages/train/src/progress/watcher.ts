/** Warnings: losses that stay where they should not. @module */

import type { Player } from '@gen/model'
import type { PlayerWarning, StepEvent } from './events.ts'

/** Share of a step's losses in the running means. */
const share = 0.01

/** Steps before the first question: a start is rarely what it seems. */
const patience = 100

/** Asks the players after each step; gives the warnings that hold now. */
export type Watcher = (losses: StepEvent['losses']) => readonly PlayerWarning[]

/** A watcher that has seen nothing yet. */
export function watcher(players: readonly Pick<Player<never>, 'name' | 'warnings'>[]): Watcher {
  const watched = players.filter(({ warnings }) => warnings !== undefined)
  const sums = new Map<string, number>()
  const seen = new Map<string, number>()
  return (losses) => {
    // A player that sits out has no losses.
    return watched
      .filter(({ name }) => losses[name] !== undefined)
      .flatMap((player) => {
        const steps = (seen.get(player.name) ?? 0) + 1
        seen.set(player.name, steps)
        const weight = 1 - (1 - share) ** steps
        const means: Record<string, number> = {}
        for (const [name, value] of Object.entries(losses[player.name]!)) {
          const path = `${player.name}/${name}`
          const sum = (1 - share) * (sums.get(path) ?? 0) + share * value
          sums.set(path, sum)
          means[name] = sum / weight
        }
        if (steps < patience) return []
        return player.warnings!(means).map((warning) => ({ ...warning, player: player.name }))
      })
  }
}
