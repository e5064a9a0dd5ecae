/** Bijectors one after the other. @module */
import { fold, refusal } from '@gen/backend'
import { add, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Bijector, Given, Transformed } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { isWithin, showInterval } from './interval.ts'
import { noVolume, sameShape } from './shape.ts'

/**
 * Composes bijectors: `forward` applies them in the order given, `inverse` backwards; logDets add up. All get the same
 * context.
 *
 * @throws GenError `config` for an empty list, or where one's result cannot be the next one's argument.
 * @example
 * const layers = chain([actnorm(4), conv1x1(4, { key: key(0) }), affineCoupling(4, { key: key(1) })])
 */
export function chain(transforms: readonly Bijector[]): Bijector {
  const [first] = transforms
  const last = transforms[transforms.length - 1]
  if (!first || !last) throw refusal('config', 'flows.chain', { expected: 'at least one bijector', got: 'none' })
  assertFits(transforms)
  return defineBijector({
    config: { kind: 'chain', shape: first.shape, transforms: transforms.map(({ config }) => config) },
    outputShape: last.outputShape,
    domain: first.domain,
    codomain: last.codomain,
    check: false,
    context: commonContext('flows.chain', transforms),
    variables: () => transforms.flatMap((transform) => transform.variables()),
    forward: (x, given) => run(x, given, [...transforms.entries()], 'forward'),
    inverse: (y, given) => run(y, given, [...transforms.entries()].reverse(), 'inverse'),
    initialize: (x, given) => {
      let h = x
      for (const [i, transform] of transforms.entries()) {
        const own = foldKey(given, i)
        transform.initialize(h, own)
        if (i < transforms.length - 1) h = transform.forward(h, own).value
      }
    },
  })
}

/** The context that all who need one agree on. */
export function commonContext(where: string, transforms: readonly Bijector[]): number {
  const sizes = [...new Set(transforms.map(({ context }) => context).filter((size) => size > 0))]
  if (sizes.length <= 1) return sizes[0] ?? 0
  throw refusal('config', where, { expected: 'one size of context', got: sizes.join(' and ') })
}

/** The same context, and a key of its own for part i. */
export function foldKey(given: Given, i: number): Given {
  return given.key ? { ...given, key: fold(given.key, i) } : given
}

function run(x: Tensor, given: Given, steps: [number, Bijector][], direction: 'forward' | 'inverse'): Transformed {
  let value = x
  let logDet: Tensor1D = noVolume(x)
  for (const [i, transform] of steps) {
    const next = transform[direction](value, foldKey(given, i))
    value = next.value
    logDet = add(logDet, next.logDet)
  }
  return { value, logDet }
}

function assertFits(transforms: readonly Bijector[]): void {
  for (const [i, next] of transforms.entries()) {
    const previous = transforms[i - 1]
    if (!previous) continue
    const names = `transform ${i} (${next.config.kind}) to take what transform ${i - 1} (${previous.config.kind}) gives`
    if (!sameShape(previous.outputShape, next.shape)) {
      const got = `[${previous.outputShape.join(', ')}] and [${next.shape.join(', ')}]`
      throw refusal('config', 'flows.chain', { expected: names, got: `shapes ${got}` })
    }
    if (!isWithin(previous.codomain, next.domain)) {
      const got = `${showInterval(previous.codomain)} and ${showInterval(next.domain)}`
      throw refusal('config', 'flows.chain', { expected: names, got: `values in ${got}` })
    }
  }
}
