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

/** `value ← value − rate · direction` for each variable. */
export function descend(values: readonly Tensor[], directions: readonly Tensor[], rate: number): Tensor[] {
  return values.map((value, i) => sub(value, mul(directions[i]!, rate)))
}
