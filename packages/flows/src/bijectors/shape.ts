/** Shapes of events: what remains of a tensor's shape without its batch dimension. @module */
import { assertInteger, refusal } from '@gen/backend'
import { reshape, sum, type Tensor, type Tensor1D, type Tensor2D, zeros } from '@tensorflow/tfjs-core'

/** An event's shape as people give it: a number of features or a list of sizes. */
export type EventShape = number | readonly number[]

/** Checks an event's shape and writes it as a list. */
export function eventShape(where: string, shape: EventShape): number[] {
  const sizes = typeof shape === 'number' ? [shape] : [...shape]
  if (sizes.length === 0) {
    throw refusal('shape', where, { expected: 'a shape of at least one dimension', got: '[]', remedy: 'pass [1]' })
  }
  for (const size of sizes) assertInteger(where, 'each size of shape', size, { min: 1 })
  assertInteger(where, 'the size of an event', sizeOf(sizes), { max: 2 ** 24 })
  return sizes
}

/** Numbers in one event. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Size of the last dimension: features or channels. */
export function channelsOf(shape: readonly number[]): number {
  return shape[shape.length - 1] as number
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

/** Flattens events: `[batch, ...]` → `[batch, size]`. */
export function flattenEvents(x: Tensor): Tensor2D {
  return reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))])
}

/** Sums over the event's dimensions: `[batch, ...]` → `[batch]`. */
export function sumEvents(x: Tensor): Tensor1D {
  return x.shape.length === 1 ? (x as Tensor1D) : sum(flattenEvents(x), 1)
}

/** The log-determinants of a transformation that keeps volume. */
export function noVolume(x: Tensor): Tensor1D {
  return zeros([x.shape[0]])
}
