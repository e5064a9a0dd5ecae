/** The one player of a model of tokens: its loss and its checks. @module */
import { assertKey, assertShape, refusal } from '@gen/backend'
import type { Batch, Player } from '@gen/model'
import { mean, mul, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { sizesOf, type TokenNetwork, type TokenSizes } from './networks/network.ts'
import type { TokenProcess } from './processes/process.ts'

const where = 'tokens.loss'

/** A player that descends the nats of sequences. */
export function tokenPlayer(network: TokenNetwork, process: TokenProcess): Player {
  const sizes = sizesOf('tokens.tokens', network)
  return {
    name: 'predictor',
    variables: () => network.variables(),
    state: () => network.state?.() ?? [],
    loss: ({ x }, k) => {
      assertKey(where, 'k', k)
      assertSequences(where, 'batch.x', x, sizes)
      const total = mean(process.loss(network, x as Tensor2D, k)) as Scalar
      return { total, perDimension: mul(total, 1 / sizes.length) as Scalar }
    },
    check: (batch: Batch) => checkTokens(where, 'batch.x', batch.x, sizes),
  }
}

/**
 * Checks what can be known without reading.
 *
 * @throws GenError `shape` for another shape, `value` for numbers that are not int32.
 */
export function assertSequences(where: string, name: string, x: Tensor, { length }: TokenSizes): void {
  assertShape(where, name, x, [null, length], `cut the text into sequences of ${length} tokens`)
  if (x.dtype === 'int32') return
  throw refusal('value', where, { expected: `${name} of int32 tokens`, got: x.dtype, remedy: "cast them to 'int32'" })
}

/**
 * Reads tokens and checks them.
 *
 * @throws GenError as {@link assertSequences}, and `range` for a number that is no token.
 */
export async function checkTokens(where: string, name: string, x: Tensor, sizes: TokenSizes): Promise<void> {
  assertSequences(where, name, x, sizes)
  const values = await x.data()
  const bad = values.findIndex((token) => token < 0 || token >= sizes.size)
  if (bad < 0) return
  throw refusal('range', where, {
    expected: `tokens from 0 to ${sizes.size - 1} in ${name}`,
    got: values[bad],
    remedy: 'make the network with the size of the vocabulary',
    details: { token: values[bad], size: sizes.size },
  })
}
