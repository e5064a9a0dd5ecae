/** What a rule sees of a layer. @module */
import type { Work } from './work.ts'

/** A layer at one place of a model; shapes are without the batch. */
export interface LayerFacts {
  readonly inputs: readonly (readonly number[])[]
  readonly output: readonly number[]
  readonly config: Readonly<Record<string, unknown>>
  /** Shapes of the weights by the last part of their name, `kernel`, `bias`, … */
  readonly weights: Readonly<Record<string, readonly number[]>>
  /** Whether its weights train. */
  readonly trains: boolean
}

/** The operations of a kind of layer. */
export type WorkRule = (layer: LayerFacts) => Work

/** Product of the sizes. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((total, n) => total * n, 1)
}
