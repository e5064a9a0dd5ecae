/** What multistep methods remember. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Level } from '../schedules/level.ts'
import type { Stage } from './walk.ts'

/** Where a step is among the levels. */
export type StepPlace = Pick<Stage, 'levels' | 'i' | 'from' | 'to'>

/** The step that led to where this one begins. */
export function stepBefore({ levels, i, from }: StepPlace): StepPlace {
  return { levels, i: i - 1, from: levels[i - 1]!, to: from }
}

/**
 * The levels of this step's prediction and of those before it, latest first, that a polynomial may go through: at most
 * `order`; only the first where the step has no finite length, and none where λ is infinite.
 */
export function nodesOf({ levels, i, from, to }: StepPlace, order: number): Level[] {
  if (to.noise === 0 || from.signal === 0) return [from]
  return levels
    .slice(Math.max(0, i - order + 1), i + 1)
    .reverse()
    .filter(({ signal }) => signal > 0)
}

/** The latest `count` of what was seen, with what is new first. */
export function remember(latest: Tensor, past: readonly Tensor[], count: number): Tensor[] {
  return [latest, ...past].slice(0, count)
}

/** Pairs weights with what they weigh. */
export function weighted(weights: readonly number[], tensors: readonly Tensor[]): (readonly [number, Tensor])[] {
  return weights.map((weight, j) => [weight, tensors[j]!] as const)
}
