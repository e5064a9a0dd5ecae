/** Counted answers against known odds. @module */
import type { Outcome } from '@gen/data/sequences'

/** How often each frame was the answer to one state. */
export interface Counted {
  readonly truth: readonly Outcome[]
  /** Names of the answers: frames, or 'none'. */
  readonly answers: readonly (number | 'none')[]
}

/** Half the sum of |share − probability| over all frames, and over what is no frame. */
export function totalVariation({ truth, answers }: Counted): number {
  const shares = sharesOf(answers)
  const known = truth.reduce((sum, { frame, probability }) => sum + Math.abs((shares.get(frame) ?? 0) - probability), 0)
  const listed = new Set<number | 'none'>(truth.map(({ frame }) => frame))
  const elsewhere = [...shares].reduce((sum, [frame, share]) => (listed.has(frame) ? sum : sum + share), 0)
  return (known + elsewhere) / 2
}

/** States with the same odds together: outcome i of each is one outcome, and all else is another. */
export function pooled(all: readonly Counted[]): { mean: number; largest: number } {
  const groups = new Map<string, Counted[]>()
  for (const one of all) {
    const odds = one.truth.map(({ probability }) => probability.toFixed(6)).join()
    groups.set(odds, [...(groups.get(odds) ?? []), one])
  }
  const distances = [...groups.values()].map((members) => ({ distance: distanceOf(members), count: members.length }))
  const total = distances.reduce((sum, { count }) => sum + count, 0)
  return {
    mean: distances.reduce((sum, { distance, count }) => sum + distance * count, 0) / total,
    largest: Math.max(...distances.map(({ distance }) => distance)),
  }
}

/** Share of the answers that are outcome `place` of their state, over the states with so many outcomes. */
export function shareOf(all: readonly Counted[], outcomes: number, place: number): number {
  const members = all.filter(({ truth }) => truth.length === outcomes)
  return numbered(members).filter((number) => number === place).length / numbered(members).length
}

/** Share of the answers that are a frame which can follow, one that cannot, and none at all. */
export function possible(all: readonly Counted[]): { possible: number; impossible: number; none: number } {
  const numbers = numbered(all)
  const answers = all.flatMap((one) => one.answers)
  const none = answers.filter((answer) => answer === 'none').length / answers.length
  const fits = numbers.filter((number) => number >= 0).length / numbers.length
  return { possible: fits, impossible: 1 - fits - none, none }
}

function distanceOf(members: readonly Counted[]): number {
  const odds = members[0]!.truth.map(({ probability }, frame) => ({ frame, state: frame, probability }))
  return totalVariation({ truth: odds, answers: numbered(members) })
}

/** Answers by the place of their outcome in the truth; −1 for what cannot follow. */
function numbered(members: readonly Counted[]): number[] {
  return members.flatMap(({ truth, answers }) =>
    answers.map((answer) => truth.findIndex(({ frame }) => frame === answer)),
  )
}

function sharesOf(answers: readonly (number | 'none')[]): Map<number | 'none', number> {
  const shares = new Map<number | 'none', number>()
  for (const answer of answers) shares.set(answer, (shares.get(answer) ?? 0) + 1 / answers.length)
  return shares
}
