/** Whether a search can go through a decoder. @module */
import { refusal } from '@gen/backend'
import type { Decoder } from '@gen/model'
import { Tensor, type Tensor2D, zeros } from '@tensorflow/tfjs-core'
import { shown } from '../arguments.ts'

/**
 * Decodes one code to see that the decoder answers at once: a promise has no gradient. It is asked before the search, for
 * tfjs keeps what a function had saved when it throws within a gradient.
 *
 * @throws GenError `config` for a decoder whose result is a promise; `value` for one that gives no tensor.
 */
export async function assertDifferentiable(where: string, decoder: Decoder): Promise<void> {
  const z: Tensor2D = zeros([1, decoder.latentSize])
  let [later, made]: [boolean, unknown] = [false, undefined]
  try {
    const images = decoder.decode(z)
    later = images instanceof Promise
    made = await images
    if (made !== z && made instanceof Tensor) made.dispose()
  } finally {
    z.dispose()
  }
  assertTensorMade(where, made)
  if (!later) return
  throw refusal('config', where, {
    expected: 'a decode that gives a tensor, for its gradient',
    got: 'a promise',
    remedy: "pass a model whose decode is synchronous, or locate by method: 'encode'",
  })
}

function assertTensorMade(where: string, made: unknown): void {
  if (made instanceof Tensor) return
  throw refusal('value', where, { expected: 'decode to give a tensor', got: shown(made) })
}
