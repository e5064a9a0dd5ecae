/** Codes from a codebook: vector quantization. @module */
import {
  assertInteger,
  assertKey,
  assertNumber,
  claimWeights,
  type Key,
  randint,
  refusal,
  uniform,
  withoutGradient,
} from '@gen/backend'
import {
  add,
  argMin,
  cast,
  div,
  exp,
  gather,
  less,
  log,
  matMul,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { type PosteriorKind, pointAt } from './posterior-kind.ts'

/** Options of {@link quantizedPosterior}. */
export interface QuantizedOptions {
  /** Numbers in one vector of the codebook; the latent size is a multiple of it. @default 8 */
  size?: number
  /** Vectors in the codebook, K. @default 64 */
  codes?: number
  /** Draws the first codebook. */
  key: Key
  /** Decay of the averages that the codebook follows. @default 0.99 */
  decay?: number
  /** Weight of the encoder's distance to its codes. @default 0.25 */
  commitment?: number
  /** A vector used less than this share of the average is moved to one of the batch's; 0 never. @default 0.03 */
  revive?: number
}

/** Codes that are rows of a codebook, several side by side. */
export interface Quantizer extends PosteriorKind {
  /** `[codes, size]` */
  readonly codebook: Variable
  readonly codes: number
  readonly size: number
  /** The nearest vectors' numbers: `[batch, positions · size]` → int32 `[batch · positions]`. */
  indices(z: Tensor2D): Tensor1D
  /** Rows of the codebook: int32 `[batch · positions]` → `[batch · positions, size]`. */
  vectors(indices: Tensor1D): Tensor2D
}

/**
 * Quantized codes: the encoder's output is cut into vectors of `size` numbers, each replaced by its nearest of the codebook,
 * `z = e_k, k = argmin ‖z_e − e_k‖`. The decoder's gradient passes straight through to the encoder, which is also drawn to
 * its codes: `commitment · ‖z_e − sg(e_k)‖²`. The codebook has no gradient; each vector follows the average of what it
 * stands for. In training the losses tell `commitment` and `perplexity`, how many vectors the batch uses.
 *
 * @throws GenError `range` or `value` for options; `shape` for a latent size that `size` does not divide.
 * @see Neural discrete representation learning (van den Oord et al., 2017) https://arxiv.org/abs/1711.00937
 * @example
 * const posterior = quantizedPosterior({ codes: 64, size: 8, key: key(0) })
 */
export function quantizedPosterior(options: QuantizedOptions): Quantizer {
  const { size = 8, codes = 64, key, decay = 0.99, commitment = 0.25, revive = 0.03 } = options
  checkOptions({ size, codes, decay, commitment, revive })
  claimWeights('vae.quantizedPosterior', [codes, size])
  const codebook: Variable = tidy(() =>
    variable(uniform(key, [codes, size], { min: -1 / codes, max: 1 / codes }), false),
  )
  const counts: Variable = tidy(() => variable(zeros([codes]), false))
  const sums: Variable = tidy(() => variable(codebook.clone(), false))
  const book = { codebook, counts, sums }
  const rows = (z: Tensor): Tensor2D => reshape(z, [-1, size])
  const vectors = (indices: Tensor1D): Tensor2D => matMul(chosen(indices, codes), codebook as Tensor2D)
  return {
    config: { kind: 'quantized', size, codes, decay, commitment, revive },
    density: false,
    codebook,
    codes,
    size,
    outputs: (latentSize) => divisible(latentSize, size),
    indices: (z) => tidy(() => nearest(rows(z), codebook)),
    vectors: (indices) => tidy(() => vectors(indices)),
    read: (raw) =>
      tidy(() => {
        const step = withoutGradient(() => sub(reshape(vectors(nearest(rows(raw), codebook)), raw.shape), raw))
        return { ...pointAt(add(raw, step)) }
      }),
    draw: ({ mean: point }, k) => {
      assertKey('vae.quantizedPosterior', 'k', k)
      return tidy(() => point.clone())
    },
    learn: (raw, k) => {
      const flat = rows(raw)
      const one = withoutGradient(() => chosen(nearest(flat, codebook), codes))
      const targets = withoutGradient(() => matMul(one, codebook as Tensor2D))
      const distance = mul(mean(sum(reshape(square(sub(flat, targets)), raw.shape), 1)), commitment) as Scalar
      const used = withoutGradient(() => perplexity(one))
      follow(book, { flat, one, decay, revive, key: k })
      return { total: distance, commitment: distance, perplexity: used }
    },
    state: () => [codebook, counts, sums],
  }
}

/** Whether codes come from a codebook. */
export function isQuantizer(posterior: PosteriorKind): posterior is Quantizer {
  return 'codebook' in posterior
}

interface Book {
  /** e = sums / counts. */
  readonly codebook: Variable
  readonly counts: Variable
  readonly sums: Variable
}

interface Following {
  readonly flat: Tensor2D
  readonly one: Tensor2D
  readonly decay: number
  readonly revive: number
  readonly key: Key
}

/** Keeps a vector that nothing was near to from dividing by 0. */
const epsilon = 1e-5

/** Moves the averages a step, and the codebook with them; vectors out of use start anew at some row of the batch. */
function follow({ codebook, counts, sums }: Book, { flat, one, decay, revive, key }: Following): void {
  const codes = codebook.shape[0]
  const mixed = (old: Tensor, fresh: Tensor) => add(mul(old, decay), mul(fresh, 1 - decay))
  const average = withoutGradient(() => mixed(counts, sum(one, 0)))
  const total = withoutGradient(() => mixed(sums, matMul(one, flat, true)))
  const all = withoutGradient(() => sum(average))
  const dead = withoutGradient(() => cast(less(average, mul(all, revive / codes)), 'float32'))
  const share = withoutGradient(() => div(all, codes))
  const column = withoutGradient(() => reshape(dead, [codes, 1]))
  const start = withoutGradient(() => gather(flat, randint(key, [codes], { max: flat.shape[0] }) as Tensor1D))
  const pick = (old: Tensor, fresh: Tensor, mask: Tensor) => add(mul(old, sub(1, mask)), mul(fresh, mask))
  counts.assign(withoutGradient(() => pick(average, share, dead)))
  sums.assign(withoutGradient(() => pick(total, mul(start, share), column)))
  codebook.assign(
    withoutGradient(() => {
      const smooth = mul(div(add(average, epsilon), add(all, codes * epsilon)), all)
      return pick(div(total, reshape(smooth, [codes, 1])), start, column)
    }),
  )
}

function nearest(flat: Tensor2D, codebook: Tensor): Tensor1D {
  const products = matMul(flat, codebook as Tensor2D, false, true)
  return argMin(sub(sum(square(codebook), 1), mul(products, 2)), 1)
}

function chosen(indices: Tensor1D, codes: number): Tensor2D {
  return cast(oneHot(indices, codes), 'float32') as Tensor2D
}

/** 2 to the entropy in bits of the vectors' shares. */
function perplexity(one: Tensor2D): Scalar {
  const share = mean(one, 0)
  return exp(neg(sum(mul(share, log(add(share, 1e-10))))))
}

function divisible(latentSize: number, size: number): number {
  if (latentSize % size === 0) return latentSize
  throw refusal('shape', 'vae.quantizedPosterior', {
    expected: `a latent size divisible by ${size}, the size of a code`,
    got: latentSize,
    remedy: 'pass size',
    details: { latentSize, size },
  })
}

function checkOptions({ size, codes, decay, commitment, revive }: Required<Omit<QuantizedOptions, 'key'>>): void {
  const where = 'vae.quantizedPosterior'
  assertInteger(where, 'size', size, { min: 1 })
  assertInteger(where, 'codes', codes, { min: 2 })
  assertNumber(where, 'decay', decay, { min: 0, exclusiveMax: 1 })
  assertNumber(where, 'commitment', commitment, { min: 0 })
  assertNumber(where, 'revive', revive, { min: 0, exclusiveMax: 1 })
}
