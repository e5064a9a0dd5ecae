/** Permutations of features. @module */
import { assertKey, type Key, permutation, refusal } from '@gen/backend'
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { inverseOrder, permuteAxis } from './permute-axis.ts'
import { channelsOf, type EventShape, eventShape, noVolume } from './shape.ts'

/** Options of {@link permuteFeatures}. */
export interface PermuteFeaturesOptions {
  /** Feature or channel i of the result is `order[i]` of the argument. @default reversed, or random with a key */
  order?: readonly number[]
  /** Draws a random order. */
  key?: Key
}

/**
 * Creates a fixed permutation of the features or channels: reversed, given, or random.
 *
 * @throws GenError `value` for an order that does not hold each index once.
 * @example
 * const layers = chain([affineCoupling(4, { key: key(0) }), permuteFeatures(4), affineCoupling(4, { key: key(1) })])
 */
export function permuteFeatures(shape: EventShape, { order, key }: PermuteFeaturesOptions = {}): Bijector {
  const event = eventShape('flows.permuteFeatures', shape)
  if (key !== undefined) assertKey('flows.permuteFeatures', 'key', key)
  const channels = channelsOf(event)
  const chosen = order ? checked(order, channels) : key ? [...permutation(key, channels)] : reversed(channels)
  const back = inverseOrder(chosen)
  return defineBijector({
    config: { kind: 'permuteFeatures', shape: event, order: chosen },
    forward: (x) => ({ value: permuteAxis(x, chosen, event.length), logDet: noVolume(x) }),
    inverse: (y) => ({ value: permuteAxis(y, back, event.length), logDet: noVolume(y) }),
  })
}

function reversed(channels: number): number[] {
  return Array.from({ length: channels }, (_, i) => channels - 1 - i)
}

function checked(order: readonly number[], channels: number): number[] {
  const sorted = [...order].sort((a, b) => a - b)
  if (sorted.length === channels && sorted.every((index, i) => index === i)) return [...order]
  const expected = `order to hold each of 0…${channels - 1} once`
  throw refusal('value', 'flows.permuteFeatures', { expected, got: `[${order.join(', ')}]` })
}
