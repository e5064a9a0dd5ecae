/** One bijector for some features, another for the others. @module */
import { refusal } from '@gen/backend'
import { add, concat, slice, type Tensor } from '@tensorflow/tfjs-core'
import type { Bijector, Given, Transformed } from './bijector.ts'
import { commonContext, foldKey } from './chain.ts'
import { defineBijector } from './define-bijector.ts'
import type { Interval } from './interval.ts'
import { channelsOf, sameShape } from './shape.ts'

/**
 * Applies `first` to the first features or channels, as many as it takes, and `second` to the others.
 *
 * @throws GenError `config` for bijectors that do not keep their shape, or differ in more than their channels.
 * @example
 * const layer = splitFeatures(sigmoid(1), affineCoupling(3, { key: key(0) })) // events of 4 features
 */
export function splitFeatures(first: Bijector, second: Bijector): Bijector {
  assertFits(first, second)
  const lead = first.shape.slice(0, -1)
  const [a, b] = [channelsOf(first.shape), channelsOf(second.shape)]
  const zeros = first.shape.map(() => 0)

  function apply(x: Tensor, given: Given, direction: 'forward' | 'inverse'): Transformed {
    const left = first[direction](slice(x, [...zeros, 0], [-1, ...lead, a]), foldKey(given, 0))
    const right = second[direction](slice(x, [...zeros, a], [-1, ...lead, b]), foldKey(given, 1))
    return { value: concat([left.value, right.value], first.shape.length), logDet: add(left.logDet, right.logDet) }
  }

  return defineBijector({
    config: { kind: 'splitFeatures', shape: [...lead, a + b], first: first.config, second: second.config },
    domain: hull(first.domain, second.domain),
    codomain: hull(first.codomain, second.codomain),
    check: false,
    context: commonContext('flows.splitFeatures', [first, second]),
    variables: () => [...first.variables(), ...second.variables()],
    forward: (x, given) => apply(x, given, 'forward'),
    inverse: (y, given) => apply(y, given, 'inverse'),
    initialize: (x, given) => {
      first.initialize(slice(x, [...zeros, 0], [-1, ...lead, a]), foldKey(given, 0))
      second.initialize(slice(x, [...zeros, a], [-1, ...lead, b]), foldKey(given, 1))
    },
  })
}

/** The smallest interval that holds both: which elements must lie where, each part checks itself. */
function hull(a: Interval, b: Interval): Interval {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), closed: a.closed && b.closed }
}

function assertFits(first: Bijector, second: Bijector): void {
  const keep = [first, second].every(({ shape, outputShape }) => sameShape(shape, outputShape))
  if (keep && sameShape(first.shape.slice(0, -1), second.shape.slice(0, -1))) return
  const got = [first, second].map(({ shape, outputShape }) => `[${shape.join(', ')}] → [${outputShape.join(', ')}]`)
  const expected = 'bijectors that keep their shapes, of equal sizes but the last'
  throw refusal('config', 'flows.splitFeatures', { expected, got: got.join(' and ') })
}
