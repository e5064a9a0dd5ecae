/** In any order: masked (absorbing) diffusion. @module */
import { fold, type Key, refusal, split, uniformArray } from '@gen/backend'
import { add, mul, neg, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core'
import type { TokenNetwork } from '../networks/network.ts'
import { type Logits, type Masks, maskedNats } from './masked-nats.ts'
import type { TokenProcess } from './process.ts'
import { ranksOf } from './ranks.ts'

/** How training draws what is masked: a share of the tokens, each by itself, or how many of them. */
export type MaskTime = 'continuous' | 'counts'

/** Options of {@link absorbing}. */
export interface AbsorbingOptions {
  /**
   * `continuous`: a time t in (0, 1], each token masked with probability t, weight 1/t (MDLM). `counts`: a number m from 1 to
   * n, any m of the tokens masked, weight n/m (any-order models); its estimates vary less. Both have the same mean.
   *
   * @default 'counts'
   */
  time?: MaskTime
}

/** Draws a row's mask from numbers in [0, 1): one for each place, and one for the time. */
type Mask = (places: Float32Array, time: number) => { isMasked: (place: number) => boolean; weight: number }

/** Time 0 masks nothing and has no weight; MDLM leaves as much out. */
const firstTime = 1e-3

const masks: Readonly<Record<MaskTime, Mask>> = {
  continuous: (places, u) => {
    const t = firstTime + (1 - firstTime) * u
    return { isMasked: (place) => places[place]! < t, weight: 1 / t }
  },
  counts: (places, u) => {
    const count = Math.min(places.length, 1 + Math.floor(u * places.length))
    const ranks = ranksOf(places)
    return { isMasked: (place) => ranks[place]! < count, weight: places.length / count }
  },
}

/**
 * Masked diffusion: tokens fall into the state "none" one by one, in any order, and the network learns each of them given
 * those that are left. The bound on −log p(x) is the mean over how much is masked of the masked tokens' nats,
 *
 * `E_t[1/t · Σ_{i masked} −log p(xᵢ | x_t)] = E_σ[−Σᵢ log p(x_σ(i) | x_σ(<i))]`,
 *
 * so it is a model of the clean tokens in any order: with as many steps as blanks it samples one order each, with fewer it
 * fills several blanks at once as if they were independent. What is given may stand anywhere.
 *
 * @throws GenError `config` for another `time`.
 * @see Structured denoising diffusion models in discrete state-spaces (Austin et al., 2021) https://arxiv.org/abs/2107.03006
 * @see Autoregressive diffusion models (Hoogeboom et al., 2022) https://arxiv.org/abs/2110.02037
 * @see Simple and effective masked diffusion language models (Sahoo et al., 2024) https://arxiv.org/abs/2406.07524
 * @example
 * const model = tokens({ network: tokenTransformer({ size: 26, length: 6 }), process: absorbing() })
 */
export function absorbing({ time = 'counts' }: AbsorbingOptions = {}): TokenProcess {
  if (!Object.hasOwn(masks, time)) {
    throw refusal('config', 'tokens.absorbing', {
      expected: "time 'continuous' or 'counts'",
      got: JSON.stringify(time),
    })
  }
  return {
    kind: 'absorbing',
    causal: false,
    config: { kind: 'absorbing', time },
    predict,
    loss: (network, x, k) => maskedNats(logitsOf(network), x, drawMasks(time, x.shape, k)),
    logProb: (network, x, { key, draws }) => bound(network, x, key, draws),
    orders: ({ blanks, rows, offset, key }) => {
      const drawn = uniformArray(key, rows, blanks.length, { offset })
      return Array.from({ length: rows }, (_, row) => {
        const ranks = ranksOf(drawn.subarray(row * blanks.length, (row + 1) * blanks.length))
        const order = new Array<number>(blanks.length)
        ranks.forEach((rank, i) => {
          order[rank] = blanks[i]!
        })
        return order
      })
    },
    parallel: true,
  }
}

function predict(network: TokenNetwork, canvas: Tensor2D): Tensor3D {
  return network.apply(canvas) as Tensor3D
}

function logitsOf(network: TokenNetwork): Logits {
  return { size: network.outputShape[1]!, of: (canvas) => predict(network, canvas) }
}

/** Times are spread evenly over the rows, which makes the mean over a batch vary less; that of each row is uniform. */
function drawMasks(time: MaskTime, [rows, length]: [number, number], k: Key): Masks {
  const [forTime, forPlaces] = split(k) as [Key, Key]
  const [first = 0] = uniformArray(forTime, 1, 1)
  const places = uniformArray(forPlaces, rows, length)
  return masksOf(time, places, length, (row) => (first + row / rows) % 1)
}

function masksOf(time: MaskTime, places: Float32Array, length: number, timeOf: (row: number) => number): Masks {
  const rows = places.length / length
  const masked = new Uint8Array(places.length)
  const weights = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const start = row * length
    const { isMasked, weight } = masks[time](places.subarray(start, start + length), timeOf(row))
    weights[row] = weight
    for (let place = 0; place < length; place++) masked[start + place] = isMasked(place) ? 1 : 0
  }
  return { masked, weights }
}

/** The mean over draws whose counts are spread evenly. */
function bound(network: TokenNetwork, x: Tensor2D, key: Key, draws: number): Tensor1D {
  const [rows, length] = x.shape
  const [forTime, forPlaces] = split(key) as [Key, Key]
  const first = uniformArray(forTime, rows, 1)
  const nats = Array.from({ length: draws }, (_, draw) => {
    const places = uniformArray(fold(forPlaces, draw), rows, length)
    return maskedNats(
      logitsOf(network),
      x,
      masksOf('counts', places, length, (row) => (first[row]! + draw) / draws),
    )
  })
  return neg(
    mul(
      nats.reduce((total, one) => add(total, one)),
      1 / draws,
    ),
  )
}
