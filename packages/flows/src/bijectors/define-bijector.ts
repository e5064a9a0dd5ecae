/** How every bijector of this package is made: its maths, wrapped with the checks and the memory rule. @module */
import { assertKey, assertShape, refusal } from '@gen/backend'
import { type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import type { Bijector, BijectorConfig, Given, Transformed } from './bijector.ts'
import { assertWithin, type Interval, real } from './interval.ts'

/** What {@link defineBijector} needs. */
export interface BijectorDefinition {
  /** Its `kind` names the bijector in errors; its `shape` is the event's. */
  config: BijectorConfig
  /** @default config.shape */
  outputShape?: readonly number[]
  /** @default all real numbers */
  domain?: Interval
  /** @default all real numbers */
  codomain?: Interval
  /** Whether arguments outside the domain throw; otherwise the formulas clamp them. @default true */
  check?: boolean
  /** Features of the context. @default 0 */
  context?: number
  /** @default none */
  variables?: () => Variable[]
  forward(x: Tensor, given: Given): Transformed
  inverse(y: Tensor, given: Given): Transformed
  initialize?(x: Tensor, given: Given): void
}

/**
 * Makes a {@link Bijector} from its formulas: each call is one `tidy`, and shapes, the context and a bounded domain are
 * checked before any work.
 *
 * @throws GenError `value` for a key that is none, `shape` from `forward` and `inverse` for arguments of other shapes, `range` outside a bounded domain.
 * @example
 * const negation = defineBijector({
 *   config: { kind: 'negation', shape: [2] },
 *   forward: (x) => ({ value: neg(x), logDet: zeros([x.shape[0]]) }),
 *   inverse: (y) => ({ value: neg(y), logDet: zeros([y.shape[0]]) }),
 * })
 */
export function defineBijector(definition: BijectorDefinition): Bijector {
  const { config, domain = real, codomain = real, check = true, context = 0, variables = () => [] } = definition
  const shape = config.shape
  const outputShape = definition.outputShape ?? shape
  const name = `flows.${config.kind}`

  function door(direction: string, x: Tensor, expected: readonly number[], interval: Interval, given: Given): Given {
    const where = `${name}.${direction}`
    if (given.key !== undefined) assertKey(where, 'key', given.key)
    assertShape(where, direction === 'inverse' ? 'y' : 'x', x, [null, ...expected])
    const bounded = interval.min > -Infinity || interval.max < Infinity
    if (check && bounded) assertWithin(where, 'values', x, interval, 'rescale them, or pass check: false to clamp')
    return checkContext(where, x, context, given)
  }

  return {
    config,
    shape,
    outputShape,
    domain,
    codomain,
    context,
    variables,
    forward: (x, given = {}) => {
      const checked = door('forward', x, shape, domain, given)
      return tidy(() => ({ ...definition.forward(x, checked) }))
    },
    inverse: (y, given = {}) => {
      const checked = door('inverse', y, outputShape, codomain, given)
      return tidy(() => ({ ...definition.inverse(y, checked) }))
    },
    initialize: (x, given = {}) => {
      const checked = door('initialize', x, shape, domain, given)
      tidy(() => definition.initialize?.(x, checked))
    },
  }
}

/** Checks the context where one is needed, and drops it where none is. */
function checkContext(where: string, x: Tensor, features: number, given: Given): Given {
  const { context, key } = given
  if (features === 0) return key ? { key } : {}
  const batch = x.shape[0]
  const expected = `a context of shape [${batch}, ${features}]`
  if (!context) {
    throw refusal('value', where, { expected, got: 'none', remedy: 'pass { context }' })
  }
  const { shape } = context
  if (shape.length < 2 || shape[0] !== batch || shape[shape.length - 1] !== features) {
    throw refusal('shape', where, { expected, got: `[${shape.join(', ')}]`, remedy: 'pass one row per event' })
  }
  return given
}
