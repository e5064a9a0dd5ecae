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
  let steps = 0
  return (losses) => {
    if (watched.length === 0) return []
    steps++
    const weight = 1 - (1 - share) ** steps
    return watched.flatMap((player) => {
      const means: Record<string, number> = {}
      for (const [name, value] of Object.entries(losses[player.name] ?? {})) {
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
