/** A KL-regularized autoencoder of images, four times smaller each way, with a perceptual loss and a judge of patches. @module */
import { fold, type Key, normal, withoutGradient } from '@gen/backend'
import type { Autoencoder } from '@gen/diffusion'
import { nonSaturating } from '@gen/losses'
import type { Batch, Player, Trainable } from '@gen/model'
import { convolution, downsample, groupNormalization, residualBlock, upsample } from '@gen/nn'
import {
  add,
  addN,
  clipByValue,
  dispose,
  exp,
  mean,
  mul,
  reshape,
  type Scalar,
  split,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'

/** Options of {@link klAutoencoder}. */
export interface KlAutoencoderOptions {
  /** Height, width and channels of the images in [0, 1]. */
  shape: readonly [number, number, number]
  /** Channels at full, half and quarter size. */
  widths: readonly [number, number, number]
  /** Channels of a code. */
  channels: number
  /** Distance of two batches of images in [0, 1], `[batch]`. */
  perceptual: (restored: Tensor, original: Tensor) => Tensor1D
  /** Of the parts of the loss, all but `perceptual` sums over an image or a code. */
  weights: { readonly perceptual: number; readonly adversarial: number; readonly kl: number }
  key: Key
}

/** An autoencoder that is trained with its judge, and codes by the mean. */
export interface KlAutoencoder extends Autoencoder, Trainable<Batch> {
  /** Shape of a code. */
  readonly codeShape: readonly number[]
  encode(x: Tensor): Tensor
  decode(z: Tensor): Tensor
  dispose(): void
}

/** Makes one: `encoder` gives mean and log-variance side by side. */
export function klAutoencoder({
  shape,
  widths,
  channels,
  perceptual,
  weights,
  key,
}: KlAutoencoderOptions): KlAutoencoder {
  const [height, width, colors] = shape
  const codeShape = [height / 4, width / 4, channels]
  const encoder = encoderOf(shape, widths, 2 * channels, fold(key, 0))
  const decoder = decoderOf(codeShape, widths, colors, fold(key, 1))
  const judge = judgeOf(shape, widths, fold(key, 2))
  const objective = nonSaturating()
  const parts = (x: Tensor) => split(encoder.apply(sub(mul(x, 2), 1)) as Tensor, 2, -1) as [Tensor, Tensor]
  const decoded = (z: Tensor) => mul(add(decoder.apply(z) as Tensor, 1), 0.5)
  const logits = (x: Tensor) => reshape(judge.apply(sub(mul(x, 2), 1)) as Tensor, [-1]) as Tensor1D
  const drawn = (x: Tensor, k: Key) => {
    const [center, spread] = parts(x)
    const logVariance = clipByValue(spread, -20, 10)
    const z = add(center, mul(exp(mul(logVariance, 0.5)), normal(k, center.shape)))
    return { images: decoded(z), center, logVariance }
  }
  const perImage = (values: Tensor, x: Tensor) => mul(sum(values), 1 / (x.shape[0] ?? 1)) as Scalar
  const players: Player<Batch>[] = [
    {
      name: 'discriminator',
      variables: () => variablesOf(judge),
      loss: ({ x }, k) => {
        const fake = withoutGradient(() => tidy(() => drawn(x, k).images))
        return { total: objective.discriminator(logits(x), logits(fake)) }
      },
    },
    {
      name: 'autoencoder',
      variables: () => [...variablesOf(encoder), ...variablesOf(decoder)],
      loss: ({ x }, k) => {
        const { images, center, logVariance } = drawn(x, k)
        const pixel = perImage(square(sub(images, x)), x)
        const kl = mul(perImage(sub(add(square(center), exp(logVariance)), add(logVariance, 1)), x), 0.5) as Scalar
        const seen = mean(perceptual(images, x)) as Scalar
        const fooled = logits(images)
        const adversarial = objective.generator(fooled, fooled)
        const weighted = [mul(seen, weights.perceptual), mul(adversarial, weights.adversarial), mul(kl, weights.kl)]
        return { total: addN([pixel, ...weighted]) as Scalar, pixel, perceptual: seen, adversarial, kl }
      },
    },
  ]
  return {
    players,
    codeShape,
    encode: (x) => tidy(() => parts(x)[0]),
    decode: (z) => tidy(() => clipByValue(decoded(z), 0, 1)),
    dispose: () =>
      dispose([encoder, decoder, judge].flatMap((network) => network.weights.map((weight) => weight.read()))),
  }
}

type Shape = readonly number[]

function encoderOf(
  shape: Shape,
  [full, half, quarter]: KlAutoencoderOptions['widths'],
  outputs: number,
  key: Key,
): LayersModel {
  const x = input({ shape: [...shape] })
  let h = convolution({ channels: full, key: fold(key, 0) }).apply(x) as SymbolicTensor
  for (const [i, channels] of [half, quarter].entries()) {
    h = residualBlock({ channels, groups: 4, key: fold(key, 1 + i) }).apply(h) as SymbolicTensor
    h = downsample({ method: 'avg' }).apply(h) as SymbolicTensor
  }
  h = residualBlock({ channels: quarter, groups: 4, key: fold(key, 3) }).apply(h) as SymbolicTensor
  return model({ inputs: x, outputs: last(h, outputs, fold(key, 4)) })
}

function decoderOf(
  shape: Shape,
  [full, half, quarter]: KlAutoencoderOptions['widths'],
  outputs: number,
  key: Key,
): LayersModel {
  const z = input({ shape: [...shape] })
  let h = convolution({ channels: quarter, key: fold(key, 0) }).apply(z) as SymbolicTensor
  for (const [i, channels] of [half, full].entries()) {
    h = residualBlock({ channels, groups: 4, key: fold(key, 1 + i) }).apply(h) as SymbolicTensor
    h = upsample({ method: 'nearest' }).apply(h) as SymbolicTensor
  }
  return model({ inputs: z, outputs: last(h, outputs, fold(key, 4)) })
}

/** Logits of patches, whose mean is an image's. */
function judgeOf(shape: Shape, widths: Shape, key: Key): LayersModel {
  const x = input({ shape: [...shape] })
  let h: SymbolicTensor = x
  for (const [i, channels] of widths.entries()) {
    const options = { channels, stride: 2, activation: 'relu', gain: Math.SQRT2, key: fold(key, i) } as const
    h = convolution(options).apply(h) as SymbolicTensor
  }
  const patches = convolution({ channels: 1, key: fold(key, widths.length) }).apply(h) as SymbolicTensor
  return model({ inputs: x, outputs: layers.globalAveragePooling2d({}).apply(patches) as SymbolicTensor })
}

function last(h: SymbolicTensor, channels: number, key: Key): SymbolicTensor {
  const normalized = groupNormalization({ groups: 4, activation: 'silu' }).apply(h)
  return convolution({ channels, key }).apply(normalized) as SymbolicTensor
}

function variablesOf(network: LayersModel): Variable[] {
  return network.trainableWeights.map((weight) => weight.read() as Variable)
}
