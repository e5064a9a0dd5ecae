/** Bijectors the other way round. @module */
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'

/**
 * Exchanges a bijector's directions: `inverse(f).forward` is `f.inverse`.
 *
 * Data-dependent initialization does nothing here: it belongs to a forward direction.
 *
 * @example
 * const iafLayer = inverse(affineAutoregressive(4, { key: key(0) }))
 */
export function inverse(transform: Bijector): Bijector {
  return defineBijector({
    config: { kind: 'inverse', shape: transform.outputShape, transform: transform.config },
    outputShape: transform.shape,
    domain: transform.codomain,
    codomain: transform.domain,
    check: false,
    context: transform.context,
    variables: () => transform.variables(),
    forward: (x, given) => transform.inverse(x, given),
    inverse: (y, given) => transform.forward(y, given),
  })
}
