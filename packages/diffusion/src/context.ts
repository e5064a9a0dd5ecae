/** What a network is told beside the class, and nothing. @module */
import { assertContext, contextRows, refusal } from '@gen/backend'
import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import type { AdaptedNetwork } from './networks/network.ts'
import type { Normalizer } from './normalize.ts'

interface Told {
  readonly network: AdaptedNetwork
  readonly data: Normalizer
  readonly dropLabel: number
}

/**
 * Asserts that a context fits the network. One that was trained to do without may be given none.
 *
 * @throws GenError `config` for one where none is taken, or none where one is needed; `shape` for another.
 */
export function requireContext(
  where: string,
  { network, dropLabel }: Told,
  given: Tensor | undefined,
  rows: number,
): void {
  const { context } = network.takes
  if (!given && (context === undefined || (context && dropLabel > 0))) return
  // A network of one's own may not say what it takes.
  assertContext(where, given, { rows, context: context === undefined ? given?.shape.slice(1) : (context ?? undefined) })
}

/**
 * The context of some rows as the network is told it, the caller's: zeros for nothing; undefined for a network that takes none.
 *
 * @throws GenError as {@link requireContext}.
 */
export function contextOf(
  where: string,
  model: Told,
  given: Tensor | undefined,
  { offset, rows }: { readonly offset: number; readonly rows: number },
): Tensor | undefined {
  const { context } = model.network.takes
  if (!given) return context ? zeros([rows, ...context]) : undefined
  if (given.isDisposed) {
    throw refusal('value', where, { expected: 'a context in a tensor', got: 'one that is disposed' })
  }
  return tidy(() => model.data.normalizeContext(contextRows(given, offset, rows)))
}
