/** What codes a quantized model makes: an autoregressive model of them. @module */
import { assertShape, categorical, fold, type JsonObject, type Key, refusal } from '@gen/backend'
import type { Batch, Distribution, Network, Player, Trainable } from '@gen/model'
import { adaptNetwork, mlp } from '@gen/nn'
import {
  cast,
  concat,
  expandDims,
  eye,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  type Rank,
  reshape,
  slice,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
  tile,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { isQuantizer, type Quantizer } from '../posteriors/quantized-posterior.ts'
import type { Vae } from '../vae.ts'

/** Options of {@link codePrior}. */
export interface CodePriorOptions {
  /** A model with quantized codes, trained. */
  model: Vae
  /** Draws the weights. */
  key: Key
  /** Sizes of the hidden layers. @default [256, 256] */
  widths?: readonly number[]
}

/** A trainable prior over quantized codes; `logProb` is a log-probability of their numbers, in nats. */
export interface CodePrior extends Distribution, Trainable<Batch> {
  readonly config: JsonObject
  variables(): Variable[]
  dispose(): void
}

/**
 * Creates `P(k_1, …, k_n) = Π P(k_i | k_1, …, k_{i−1})` over the codebook's numbers: one perceptron for all places, which is
 * told the place and the vectors before it. Train it on `codeBatches(model, …)`; then it is a sampler of the model's codes.
 * Sampling takes a pass for each place.
 *
 * @throws GenError `config` for a model whose codes are not quantized; its functions throw `shape` for other codes.
 * @see Neural discrete representation learning (van den Oord et al., 2017) https://arxiv.org/abs/1711.00937
 * @example
 * const prior = codePrior({ model: quantized, key: key(1) })
 * await last(fit(prior, codeBatches(quantized, batches, { key: key(2) }), { steps: 2000, optimizer: adam(), key: key(3) }))
 * const images = await quantized.sample({ count: 64, key: key(4), sampler: prior })
 */
export function codePrior({ model, key, widths = [256, 256] }: CodePriorOptions): CodePrior {
  const where = 'vae.codePrior'
  const { latentSize } = model
  const quantizer = quantizerOf(where, model)
  const places = latentSize / quantizer.size
  const body = { inputs: latentSize + places, outputs: quantizer.codes, widths: [...widths], key, name: 'codes' }
  const parts = { quantizer, places, network: adaptNetwork('vae', mlp(body)) }
  const { network } = parts
  const logProb = (z: Tensor2D): Tensor1D => {
    assertShape(`${where}.logProb`, 'z', z, [null, latentSize])
    return tidy(() => {
      const one = cast(oneHot(quantizer.indices(z), quantizer.codes), 'float32')
      return sum(reshape(sum(mul(logSoftmax(logitsOf(parts, z)), one), 1), [-1, places]), 1)
    })
  }
  const player: Player<Batch> = {
    name: 'codes',
    variables: () => network.variables(),
    loss: ({ x }) => ({ total: neg(mean(logProb(x as Tensor2D))) }),
    check: ({ x }) => assertShape(where, 'batch.x', x, [null, latentSize], 'train on codeBatches(model, …)'),
  }
  return {
    size: latentSize,
    config: { kind: 'codePrior', widths: [...widths] },
    players: [player],
    variables: () => network.variables(),
    logProb,
    sample: (count, k) => tidy(() => sampleCodes(parts, count, k)),
    dispose: () => {
      for (const variable of network.variables()) variable.dispose()
    },
  }
}

interface Parts {
  readonly quantizer: Quantizer
  readonly places: number
  readonly network: Network
}

/** Logits of every place of every row, `[batch · places, codes]`; a place is told the vectors before it alone. */
function logitsOf({ quantizer: { size }, places, network }: Parts, z: Tensor2D): Tensor2D {
  const rows = z.shape[0]
  const before = masksBefore(places, size)
  const seen = reshape(mul(expandDims(z, 1), before), [rows * places, places * size])
  return network.apply(concat([seen, tile(eye(places), [rows, 1])], 1)) as Tensor2D
}

function sampleCodes({ quantizer, places, network }: Parts, count: number, k: Key): Tensor2D {
  const { size } = quantizer
  const drawn: Tensor2D[] = []
  for (let place = 0; place < places; place++) {
    const rest = zeros<Rank.R2>([count, (places - place) * size])
    const mark = tile(slice(eye(places), [place, 0], [1, places]), [count, 1])
    const logits = network.apply(concat([...drawn, rest, mark], 1)) as Tensor2D
    drawn.push(quantizer.vectors(categorical(fold(k, place), logits)))
  }
  return concat(drawn, 1)
}

/** Row i is 1 for the numbers of the places before i, else 0: `[places, places · size]`. */
function masksBefore(places: number, size: number): Tensor2D {
  const mask = (row: number) => Array.from({ length: places * size }, (_, i) => Number(Math.floor(i / size) < row))
  return tensor2d(
    Array.from({ length: places }, (_, row) => mask(row)),
    [places, places * size],
  )
}

function quantizerOf(where: string, { parts }: Vae): Quantizer {
  if (isQuantizer(parts.posterior)) return parts.posterior
  const got = `${String(parts.posterior.config.kind)} codes`
  throw refusal('config', where, {
    expected: 'a model with quantized codes',
    got,
    remedy: 'use twoStage or fitGaussianMixture',
  })
}
