/** What an optimizer is: pure functions from values, gradients and slots to new values and slots. @module */
import { mul, sub, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import type { RateSchedule } from '../schedule.ts'

/** What an optimizer remembers: for each slot name one tensor per variable. */
export type Slots = Record<string, Tensor[]>

/** The circumstances of one update. */
export interface UpdateStep {
  /** Rate of this update. */
  readonly learningRate: number
  /** Number of this update, from 1. */
  readonly step: number
  /** Multiplies every gradient first: clipping, and the mean over accumulated batches. */
  readonly gradientScale: number
}

/** What {@link Optimizer.update} returns; all tensors are new and the caller's. */
export interface Updated {
  values: Tensor[]
  slots: Slots
}

/** Turns gradients into new values. Holds no state: `fit` keeps the slots, saves and restores them. */
export interface Optimizer {
  readonly name: string
  readonly learningRate: number | RateSchedule
  /** The other numbers it was made with, for checkpoints. */
  readonly config: Readonly<Record<string, number | boolean>>
  /** The slots before the first update. */
  init(values: readonly Tensor[]): Slots
  /** One update of all variables; the lists are of one length, and arguments are not disposed. */
  update(values: readonly Tensor[], gradients: readonly Tensor[], slots: Slots, step: UpdateStep): Updated
}

/** Slots of zeros, one tensor per value under each name. */
export function zeroSlots(names: readonly string[], values: readonly Tensor[]): Slots {
  return Object.fromEntries(names.map((name) => [name, values.map((value) => zerosLike(value))]))
}

/** What a checkpoint keeps of a decay: nothing of none, as those of before have no such word. */
export function decayConfig(weightDecay: number): { weightDecay?: number } {
  return weightDecay === 0 ? {} : { weightDecay }
}

/** How far and how {@link descend} goes. */
export interface Descent {
  readonly rate: number
  readonly weightDecay: number
}

/** `value ← (1 − rate · λ) · value − rate · direction` for each variable: decay apart from the gradient's own way. */
export function descend(
  values: readonly Tensor[],
  directions: readonly Tensor[],
  { rate, weightDecay }: Descent,
): Tensor[] {
  return values.map((value, i) => {
    const kept = weightDecay === 0 ? value : mul(value, 1 - rate * weightDecay)
    return sub(kept, mul(directions[i]!, rate))
  })
}
