/** Whether a search can go through a decoder. @module */
import { GenError } from '@gen/backend'
import { type Tensor2D, zeros } from '@tensorflow/tfjs-core'
import type { Decoder } from '../model.ts'

/**
 * Decodes one code to see that the decoder answers at once: a promise has no gradient. It is asked before the search, for
 * tfjs keeps what a function had saved when it throws within a gradient.
 *
 * @throws GenError `config` for a decoder whose result is a promise.
 */
export async function assertDifferentiable(where: string, decoder: Decoder): Promise<void> {
  const z: Tensor2D = zeros([1, decoder.latentSize])
  const images = decoder.decode(z)
  const later = images instanceof Promise
  const made = await images
  if (made !== z) made.dispose()
  z.dispose()
  if (!later) return
  throw new GenError(
    'config',
    `${where}: expected a decode that gives a tensor, for its gradient, got a promise; pass a model whose decode is synchronous, or locate by method: 'encode'`,
  )
}
