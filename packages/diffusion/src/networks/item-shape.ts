/** Shapes of items that a network takes. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { AdaptedNetwork } from './network.ts'

/** Of the items of a batch; null along axes where any size goes. */
export function itemShape({ shape, takes }: AdaptedNetwork): (number | null)[] {
  return shape.map((n, axis) => (takes.anySize && axis < shape.length - 1 ? null : n))
}

/**
 * The shape of a sample of a size of its own.
 *
 * @throws GenError `config` for a network of one size, or a size with other axes.
 */
export function shapeOfSize(where: string, network: AdaptedNetwork, size: readonly number[] | undefined): number[] {
  const { shape, takes } = network
  if (size === undefined) return [...shape]
  const axes = shape.length - 1
  if (!Array.isArray(size) || size.length !== axes || axes === 0) {
    throw refusal('config', where, { expected: `size a list of ${axes} numbers`, got: JSON.stringify(size) })
  }
  for (const n of size) assertInteger(where, 'size', n, { min: 1, max: 2 ** 15 })
  if (!takes.anySize && size.some((n, axis) => n !== shape[axis])) {
    throw refusal('config', where, {
      expected: `size [${shape.slice(0, -1).join(', ')}], the one that the network is made for`,
      got: `[${size.join(', ')}]`,
      remedy: 'make the network with anySize: true',
    })
  }
  return [...size, shape[axes]!]
}
