/** Contexts that go through a network first. @module */
import { assertInteger, type Key, refusal } from '@gen/backend'
import { denseNetwork } from '../networks/dense-network.ts'
import type { ConditionerMaker } from '../networks/network.ts'
import type { Bijector, Given } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'

/** Options of {@link conditional}. */
export interface ConditionalContextOptions {
  /** Features of the context from outside. */
  context: number
  /** Randomness of the network's weights. */
  key: Key
  /** From the outer context to the inner one. @default denseNetwork() */
  network?: ConditionerMaker
}

/**
 * Gives a conditional bijector a learned summary of the context instead of the context itself: one network for a whole
 * chain, where each layer would have to learn its own.
 *
 * @throws GenError `config` for a bijector that takes no context.
 * @example
 * const inner = affineCoupling(2, { context: 8, key: key(0) })
 * const layer = conditional(inner, { context: 100, key: key(1) })
 */
export function conditional(
  transform: Bijector,
  { context, key, network = denseNetwork() }: ConditionalContextOptions,
): Bijector {
  assertInteger('flows.conditional', 'context', context, { min: 1 })
  if (transform.context === 0) {
    const got = `${transform.config.kind} without`
    throw refusal('config', 'flows.conditional', {
      expected: 'a bijector with a context',
      got,
      remedy: 'pass it context: n',
    })
  }
  const summary = network.make({ shape: [context], outputs: transform.context, context: 0, key })
  const inner = (given: Given): Given => (given.context ? { ...given, context: summary.apply(given.context) } : given)
  return defineBijector({
    config: {
      kind: 'conditional',
      shape: transform.shape,
      context,
      network: network.config,
      transform: transform.config,
    },
    outputShape: transform.outputShape,
    domain: transform.domain,
    codomain: transform.codomain,
    check: false,
    context,
    variables: () => [...summary.variables(), ...transform.variables()],
    forward: (x, given) => transform.forward(x, inner(given)),
    inverse: (y, given) => transform.inverse(y, inner(given)),
    initialize: (x, given) => transform.initialize(x, inner(given)),
  })
}
