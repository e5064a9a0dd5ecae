/** The variational mixture of posteriors. @module */
import { assertDiagonalNormal, assertShape, refusal } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'
import { clipByValue, type Tensor, type Tensor1D, tidy, Variable, variable, zeros } from '@tensorflow/tfjs-core'
import type { MixturePrior } from './gaussian-mixture.ts'
import { diagonalComponents, mixtureLogProb, mixtureSample } from './mixture.ts'

/** Options of {@link vampPrior}. */
export interface VampPriorOptions {
  /** u, `[components, …event]`: where training starts. Real data plus noise are a good start. A variable is taken itself. */
  pseudoInputs: Tensor
  /** The encoder: `[batch, …event]` to q(z | x); called anew each time, so the prior learns with it. */
  encode: (x: Tensor) => DiagonalNormal
  /** Pseudo-inputs are clipped to it before encoding, as the paper does with [0, 1]. @default none */
  range?: readonly [number, number]
}

/**
 * Creates the VampPrior `p(z) = 1/K Σ_k q(z | u_k)`, a mixture of the encoder's answers to K trainable pseudo-inputs.
 * `variables()` are the pseudo-inputs alone: the encoder's belong to the model that owns it.
 *
 * @throws GenError `shape` where `encode` gives something else than K rows; `range` for an empty range.
 * @see VAE with a VampPrior (Tomczak & Welling, 2017) https://arxiv.org/abs/1705.07120
 * @example
 * const prior = vampPrior({ pseudoInputs: images, encode: (x) => encoder(x), range: [0, 1] })
 */
export function vampPrior({ pseudoInputs, encode, range }: VampPriorOptions): MixturePrior {
  const where = 'priors.vampPrior'
  if (range && !(range[0] < range[1])) {
    throw refusal('range', where, { expected: 'range [low, high] with low < high', got: `[${range.join(', ')}]` })
  }
  const components = pseudoInputs.shape[0] ?? 0
  if (components === 0) {
    const got = `[${pseudoInputs.shape.join(', ')}]`
    throw refusal('shape', where, { expected: 'pseudoInputs of shape [components, …event]', got })
  }
  const inputs: Variable = pseudoInputs instanceof Variable ? pseudoInputs : variable(pseudoInputs)
  const answers = () => {
    const q = encode(range ? clipByValue(inputs, range[0], range[1]) : inputs)
    assertDiagonalNormal(where, q)
    assertShape(where, 'encode(pseudoInputs).mean', q.mean, [components, null])
    return q
  }
  const even = (): Tensor1D => zeros([components])
  const size = sizeOf(answers)
  return {
    size,
    config: { kind: 'vampPrior', components, ...(range && { range }) },
    variables: () => [inputs],
    sample: (count, key) => tidy(() => mixtureSample(even(), diagonalComponents(answers()), { count, size, key })),
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      return tidy(() => mixtureLogProb(even(), diagonalComponents(answers()), z))
    },
  }
}

function sizeOf(answers: () => DiagonalNormal): number {
  let size = 0
  tidy(() => {
    size = answers().mean.shape[1]
  })
  return size
}
