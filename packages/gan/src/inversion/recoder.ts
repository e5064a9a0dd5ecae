/** An encoder for a GAN, trained on the GAN's own samples. @module */
import {
  assertInteger,
  assertShape,
  type JsonObject,
  type Key,
  labelsOrDrawn,
  refusal,
  split,
  withoutGradient,
} from '@gen/backend'
import type { Network, Player, Trainable } from '@gen/model'
import { adaptNetwork } from '@gen/nn'
import {
  dispose,
  mean,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Gan } from '../gan.ts'
import type { CodedImages } from './coded-images.ts'

/** Options of {@link recoder}. */
export interface RecoderOptions {
  /** Whose codes are to be found; its weights stay as they are. */
  gan: Pick<Gan, 'shape' | 'latentSize' | 'latent' | 'config' | 'decode'>
  /** What the GAN makes → `[batch, latentSize]`. */
  network: Network | LayersModel
  /** Samples per step. @default 64 */
  size?: number
}

/** Options of {@link pairRecoder}. */
export interface PairRecoderOptions {
  /** Of what its images are and how many numbers its codes have. */
  gan: Pick<Gan, 'shape' | 'latentSize'>
  /** What the model makes → `[batch, latentSize]`. */
  network: Network | LayersModel
}

/** An encoder of a GAN's space: to `@gen/latent-tools`, the GAN's missing half. */
export interface Recoder<B = object> extends Trainable<B> {
  /** Shape of one item. */
  readonly shape: readonly number[]
  readonly latentSize: number
  readonly config: JsonObject
  variables(): Variable[]
  /**
   * The code of each image, `[batch, latentSize]`.
   *
   * @throws GenError `shape` for other data.
   */
  encode(x: Tensor): Tensor2D
  /** Frees the network's variables; the GAN's stay. */
  dispose(): void
}

const where = 'gan.recoder'

/**
 * Makes an encoder E of a GAN that is trained on pairs the GAN gives away for free: it descends `E_z Σᵢ (E(G(z))ᵢ − zᵢ)²`.
 * The losses are `total` and `perDimension`, which is 1 for an encoder that knows nothing and 0 for an exact one. It is as
 * good on data as the GAN is; `invert` goes on from there.
 *
 * @throws GenError `config` for a network of other shapes.
 * @see Comparing the latent space of generative models (Asperti & Tonelli, 2022) https://arxiv.org/abs/2207.06812
 * @example
 * const network = convEncoder({ shape: [28, 28, 1], outputs: model.latentSize, widths: [8, 16], key: key(0) }) // of @gen/nn
 * const encoder = recoder({ gan: model, network, size: 16 })
 * await last(fit(encoder, noBatches, { steps: 1000, optimizer: adam(), key: key(1) }))
 * const z = encoder.encode(images)
 */
export function recoder({ gan, network, size = 64 }: RecoderOptions): Recoder {
  assertInteger(where, 'size', size, { min: 1 })
  const { latent, config } = gan
  const samples = (k: Key) => {
    const [forLatent, forLabels] = split(k) as [Key, Key]
    const z = latent.sample(size, forLatent)
    const labels = labelsOrDrawn(where, undefined, { rows: size, classes: config.classes }, forLabels)
    return { z, x: withoutGradient(() => gan.decode(z, { labels })) }
  }
  return encoderOf(where, { gan, network, pairs: (_, k) => samples(k) })
}

/**
 * As {@link recoder}, of a model of which only images of codes can be had, and maybe later, such as an ONNX session of a stranger's: it learns from
 * batches of `codedImages`.
 *
 * @throws GenError `config` for a network of other shapes.
 * @example
 * const network = recoderNetwork({ gan: model, widths: [8], key: key(0) })
 * const encoder = pairRecoder({ gan: model, network })
 * await last(fit(encoder, codedImages(model, { key: key(1) }), { steps: 2, optimizer: adam(), key: key(2) }))
 */
export function pairRecoder({ gan, network }: PairRecoderOptions): Recoder<CodedImages> {
  return encoderOf('gan.pairRecoder', { gan: { ...gan, config: null }, network, pairs: (batch: CodedImages) => batch })
}

interface Pieces<B> {
  readonly gan: PairRecoderOptions['gan'] & { readonly config: JsonObject | null }
  readonly network: Network | LayersModel
  readonly pairs: (batch: B, k: Key) => CodedImages
}

function encoderOf<B>(name: string, { gan, network, pairs }: Pieces<B>): Recoder<B> {
  const { shape, latentSize, config } = gan
  const encoder = adaptNetwork('gan', network)
  if (encoder.inputShape.join() !== shape.join() || encoder.outputShape.join() !== `${latentSize}` || encoder.labels) {
    const got = `[${encoder.inputShape}] → [${encoder.outputShape}]${encoder.labels ? ' with labels' : ''}`
    throw refusal('config', name, { expected: `a network [${shape}] → [${latentSize}]`, got })
  }
  const state = () => encoder.state?.() ?? []
  const loss: Player<B>['loss'] = (batch, k) =>
    tidy(() => {
      const { z, x } = pairs(batch, k)
      const total = mean(sum(square(sub(encoder.apply(x, { training: true }), z)), 1)) as Scalar
      return { total, perDimension: mul(total, 1 / latentSize) }
    })
  return {
    shape,
    latentSize,
    config: { kind: 'recoder', network: encoder.config ?? null, gan: config },
    variables: () => encoder.variables(),
    players: [{ name: 'recoder', variables: () => encoder.variables(), state, loss }],
    encode(x) {
      assertShape('gan.encode', 'x', x, [null, ...shape])
      return tidy(() => encoder.apply(x)) as Tensor2D
    },
    dispose: () => dispose([...encoder.variables(), ...state()]),
  }
}
