/** Networks from image to image, after pix2pix: a U-Net that makes an answer of a question, and a judge of patches. @module */
import { assertInteger, fold, type Key, refusal } from '@gen/backend'
import type { Network } from '@gen/model'
import {
  adaptNetwork,
  convolution,
  dense,
  downsample,
  groupNormalization,
  groupsFor,
  residualBlock,
  upsample,
} from '@gen/nn'
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { assertImage, through } from './options.ts'
import { halfSizes } from './sizes.ts'

/** What both take. */
interface Pix2pixOptions {
  /** Shape of an answer, `[height, width, channels]`. */
  shape: readonly number[]
  /** Shape of a question: of the same height and width, with channels of its own. */
  context: readonly number[]
  /** Draws the weights. */
  key: Key
  /** Channels at each size, that of the largest images first. @default [32, 64, 128] */
  widths?: readonly number[]
}

/** Options of {@link pix2pixGenerator}. */
export interface Pix2pixGeneratorOptions extends Pix2pixOptions {
  /** Size of z, which chooses among the answers. */
  latentSize: number
}

/** Options of {@link patchDiscriminator}. */
export interface PatchDiscriminatorOptions extends Pix2pixOptions {
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
}

/**
 * `[batch, latentSize]` and the question to answers in [−1, 1]: a U-Net over the question, with a residual block on each level of the way
 * down and up. Scale and offset of every block come from z (FiLM): where pix2pix leaves noise to dropout, which generators learn to
 * ignore, no feature here is made without it.
 *
 * @throws GenError `shape` for a question of another size or images too small for so many halvings, `value` or `range` for sizes.
 * @see Image-to-image translation with conditional adversarial networks (Isola et al., 2016) https://arxiv.org/abs/1611.07004
 * @see FiLM: visual reasoning with a general conditioning layer (Perez et al., 2017) https://arxiv.org/abs/1709.07871
 * @example
 * const sizes = { shape: [8, 8, 3], context: [8, 8, 1], widths: [4, 8] }
 * const painter = gan({
 *   generator: pix2pixGenerator({ ...sizes, latentSize: 4, key: key(0) }),
 *   discriminator: patchDiscriminator({ ...sizes, key: key(1) }),
 *   objective: relativistic(),
 * })
 * const colored = await painter.sample({ count: 6, context: ones([1, 8, 8, 1]), key: key(2) })
 */
export function pix2pixGenerator(options: Pix2pixGeneratorOptions): Network {
  const { shape, context, latentSize, key, widths = [32, 64, 128] } = options
  assertQuestion('pix2pixGenerator', options)
  assertInteger('gan.pix2pixGenerator', 'latentSize', latentSize, { min: 1 })
  const full = shape.slice(0, 2)
  const sizes = widths.length === 1 ? [full] : halfSizes('gan.pix2pixGenerator', shape, widths.length - 1)
  const z = input({ shape: [latentSize], name: 'z' })
  const question = input({ shape: [...context], name: 'context' })
  const style = dense({ units: 2 * latentSize, activation: 'silu', key: fold(key, 0), name: 'style' })
  const y = body(question, style.apply(z) as SymbolicTensor, { sizes, widths, key: fold(key, 1) })
  const outputs = through(
    y,
    groupNormalization({ groups: groupsFor(widths[0]!), activation: 'silu', name: 'output_norm' }),
    convolution({ channels: shape[2]!, key: fold(key, 2), activation: 'tanh', name: 'output' }),
  )
  const config = { kind: 'pix2pixGenerator', shape, context, latentSize, widths }
  return adaptNetwork('gan', model({ inputs: [z, question], outputs }), config)
}

/**
 * Answers beside their questions to logits `[batch, height', width', 1]`, one for each patch: for each width a 3 × 3 convolution of stride 2
 * and leaky ReLU, then one that gives the logits. `gan` judges every patch as if it were an image of its own.
 *
 * @throws GenError `shape` for a question of another size or images too small for so many halvings, `value` or `range` for sizes.
 * @see Image-to-image translation with conditional adversarial networks (Isola et al., 2016), section 3.2.2 https://arxiv.org/abs/1611.07004
 * @example
 * const judge = patchDiscriminator({ shape: [32, 32, 3], context: [32, 32, 1], widths: [16, 32], key: key(1) })
 * judge.outputShape // [8, 8, 1]
 */
export function patchDiscriminator(options: PatchDiscriminatorOptions): Network {
  const { shape, context, key, widths = [32, 64, 128], spectral = false } = options
  assertQuestion('patchDiscriminator', options)
  halfSizes('gan.patchDiscriminator', shape, widths.length)
  const x = input({ shape: [...shape], name: 'x' })
  const question = input({ shape: [...context], name: 'context' })
  const halving = { stride: 2, activation: 'leakyRelu', gain: Math.SQRT2, spectral } as const
  const logits = through(
    beside(x, question, 'x_context'),
    ...widths.map((channels, i) => convolution({ ...halving, channels, key: fold(key, i), name: `conv_${i}` })),
    convolution({ channels: 1, spectral, key: fold(key, widths.length), name: 'logits' }),
  )
  const config = { kind: 'patchDiscriminator', shape, context, widths, spectral }
  return adaptNetwork('gan', model({ inputs: [x, question], outputs: logits }), config)
}

function assertQuestion(kind: string, { shape, context }: Pix2pixOptions): void {
  assertImage(kind, shape)
  if (context.length === 3 && shape[0] === context[0] && shape[1] === context[1]) return
  throw refusal('shape', `gan.${kind}`, {
    expected: `context [${shape[0]}, ${shape[1]}, channels], as large as the answer`,
    got: `[${context.join(', ')}]`,
    remedy: 'resize questions first',
  })
}

interface Body {
  /** Height and width of each level. */
  readonly sizes: readonly number[][]
  readonly widths: readonly number[]
  readonly key: Key
}

/** Down and up again, each block on the way up beside its counterpart on the way down. */
function body(x: SymbolicTensor, style: SymbolicTensor, { sizes, widths, key }: Body): SymbolicTensor {
  const last = widths.length - 1
  const block = (h: SymbolicTensor, level: number, way: string, place: number) => {
    const options = { channels: widths[level]!, key: fold(key, place), name: `${way}_${level}` }
    return residualBlock(options).apply([h, style]) as SymbolicTensor
  }
  const skips: SymbolicTensor[] = []
  let h = through(x, convolution({ channels: widths[0]!, key: fold(key, 0), name: 'input' }))
  for (let level = 0; level < last; level++) {
    h = block(h, level, 'down', 1 + level)
    skips.push(h)
    h = through(h, downsample({ name: `half_${level}` }))
  }
  h = block(h, last, 'middle', 1 + last)
  for (let level = last - 1; level >= 0; level--) {
    h = through(h, upsample({ size: sizes[level]!, name: `double_${level}` }))
    h = block(beside(h, skips[level]!, `skip_${level}`), level, 'up', 2 * last + 1 - level)
  }
  return h
}

function beside(a: SymbolicTensor, b: SymbolicTensor, name: string): SymbolicTensor {
  return layers.concatenate({ axis: -1, name }).apply([a, b]) as SymbolicTensor
}
