/** The conditional U-Net. @module */
import { fold, type Key } from '@gen/backend'
import {
  convolution,
  crossAttention,
  downsample,
  groupNormalization,
  groupsFor,
  residualBlock,
  selfAttention,
  upsample,
} from '@gen/nn'
import { type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { besideLayer } from './beside.ts'
import { contextKind, type FullUnetConfig, levelSizes, sideUnit, type UnetConfig, unetConfig } from './config.ts'
import { embed } from './embed.ts'
import { checkedInput } from './inputs.ts'
import { resizedLayer } from './resized.ts'

/** A U-Net that says how it was made, without the key of its weights: `unetFromConfig` makes it again. */
export type Unet = LayersModel & { readonly config: { readonly kind: 'unet' } & Readonly<Omit<FullUnetConfig, 'key'>> }

/**
 * Makes a U-Net that predicts something of the shape of its first input, such as the noise in a noisy image, at a given
 * noise level, perhaps for a class or told of something else.
 *
 * Inputs, in this order, those not configured left out:
 * - `x`, `[batch, height, width, channels]` or `[batch, positions, channels]`, of about unit variance;
 * - `alpha`, `[batch, 1]` (or `[batch]` in `apply`), the signal ratio in (0, 1), which enters as `log(α/(1 − α))`;
 * - `label`, `[batch, 1]` (or `[batch]` in `apply`), the class from 0, or `classes` for "no class";
 * - `context`, `[batch, …context]`: a vector, an image of any size, or a sequence of vectors; zeros for none;
 * - `augmentation`, `[batch, augmentation]`, what was done to the data, zeros for nothing.
 *
 * From `widths[0]` channels at full size, each level has `depth` residual blocks (group norm, SiLU, convolution, twice)
 * and halves the size; the middle has as many at `widths.at(-1)`; then each level doubles the size and has `depth` blocks,
 * each beside the output of its counterpart on the way down. A last convolution starts at zero, so a fresh network
 * predicts 0. Odd sizes are rounded up on the way down and cut on the way up, 28 → 14 → 7 → 4 → 7 → 14 → 28, so every
 * size works that is larger than 1 before each halving. With `anySize`, one network takes samples of several sizes.
 *
 * With `dropout`, training draws what is dropped from a key: `apply(inputs, { training: true, key })`.
 *
 * The defaults with `shape: [32, 32, 1]` have 2.2 million parameters, 2.0 million with `embedding: 'concat'`.
 *
 * @throws GenError `config` for a field that is unknown or out of range; `shape` for sizes too small for the levels, and,
 * from the model, for inputs of other shapes than the config's.
 * @see U-Net (Ronneberger et al., 2015) https://arxiv.org/abs/1505.04597
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @see Diffusion models beat GANs on image synthesis (Dhariwal & Nichol, 2021) https://arxiv.org/abs/2105.05233
 * @example
 * const network = unet({ shape: [28, 28, 1], widths: [16, 32], classes: 10 })
 * const noise = network.apply([ones([2, 28, 28, 1]), tensor1d([0.1, 0.9]), tensor1d([3, 10], 'int32')])
 */
export function unet(config: UnetConfig): Unet {
  const full = unetConfig(config)
  const { shape, key, classes, augmentation } = full
  const kind = contextKind(full)
  const x = checkedInput('x', shape, full.anySize ? { unit: sideUnit(full) } : {})
  const alpha = checkedInput('alpha', [1])
  const label = classes > 0 ? [checkedInput('label', [1], { dtype: 'int32' })] : []
  const context = kind ? [checkedInput('context', full.context)] : []
  const changes = augmentation > 0 ? [checkedInput('augmentation', [augmentation])] : []
  const as = (wanted: typeof kind) => (kind === wanted ? context[0]?.inside : undefined)
  const told = { alpha: alpha.inside, label: label[0]?.inside, augmentation: changes[0]?.inside, context: as('vector') }
  const embedding = embed(told, full, fold(key, tags.embedding))
  const image = as('beside')
  const seen = image ? concatenate([x.inside, resized(image, full)], 'x_context') : x.inside
  const y = body(seen, { embedding, sequence: as('sequence') }, full)
  const groups = groupsFor(full.widths[0]!, full.groups)
  const normalized = groupNormalization({ groups, activation: 'silu', name: 'output_norm' }).apply(y)
  const last = convolution({ channels: full.outputChannels, gain: 0, key: fold(key, tags.output), name: 'output' })
  const inputs = [x, alpha, ...label, ...context, ...changes].map(({ outside }) => outside)
  const made = model({ inputs, outputs: last.apply(normalized) as SymbolicTensor, name: 'unet' })
  const { key: _, ...architecture } = full
  return Object.assign(made, { config: { kind: 'unet', ...architecture } as const })
}

/** Which key is for what. */
const tags = { input: 0, embedding: 1, body: 2, output: 3 }

/** The context at the sample's size. */
function resized(image: SymbolicTensor, { shape, context }: FullUnetConfig): SymbolicTensor {
  const size = shape.slice(0, -1)
  if (size.every((n, i) => n === context[i])) return image
  return resizedLayer({ size, name: 'context_resized' }).apply(image) as SymbolicTensor
}

/** What the blocks are told. */
interface Told {
  readonly embedding: SymbolicTensor
  readonly sequence: SymbolicTensor | undefined
}

/** From the input to the last features at full size. */
function body(x: SymbolicTensor, told: Told, config: FullUnetConfig): SymbolicTensor {
  const { widths, depth, down, up, key } = config
  const build = builder(told, config)
  const sizes = levelSizes(config)
  const skips: SymbolicTensor[] = []
  const first = convolution({ channels: widths[0]!, key: fold(key, tags.input), name: 'input' })
  let h = first.apply(x) as SymbolicTensor
  if (config.embedding === 'concat')
    h = besideLayer({ name: 'input_embedding' }).apply([h, told.embedding]) as SymbolicTensor
  const middle = widths.length - 1
  for (let level = 0; level < middle; level++) {
    for (let i = 0; i < depth; i++) {
      h = build.block(h, level, `down_${level}_block_${i}`)
      skips.push(h)
    }
    h = downsample({ method: down, key: build.nextKey(), name: `down_${level}_half` }).apply(h) as SymbolicTensor
  }
  for (let i = 0; i < depth; i++) h = build.block(h, middle, `middle_block_${i}`)
  for (let level = middle - 1; level >= 0; level--) {
    const size = sizes[level]!
    const reached = config.anySize ? {} : { size }
    h = upsample({ method: up, ...reached, key: build.nextKey(), name: `up_${level}_double` }).apply(
      h,
    ) as SymbolicTensor
    for (let i = 0; i < depth; i++) {
      const beside = concatenate([h, skips.pop()!], `up_${level}_skip_${i}`)
      h = build.block(beside, level, `up_${level}_block_${i}`)
    }
  }
  return h
}

interface Builder {
  nextKey(): Key
  /** A residual block of the level's width, with attention after it where the config says so. */
  block(x: SymbolicTensor, level: number, name: string): SymbolicTensor
}

function builder(
  { embedding, sequence }: Told,
  { widths, attention, headSize, groups, dropout, key, ...config }: FullUnetConfig,
): Builder {
  const bodyKey = fold(key, tags.body)
  let used = 0
  const nextKey = (): Key => fold(bodyKey, used++)
  const block = (x: SymbolicTensor, level: number, name: string): SymbolicTensor => {
    const channels = widths[level]!
    const mode = config.embedding
    const residual = { channels, groups, gain: 0, dropout, key: nextKey(), name }
    const h = (
      mode === 'concat'
        ? residualBlock(residual).apply(x)
        : residualBlock({ ...residual, embedding: mode }).apply([x, embedding])
    ) as SymbolicTensor
    if (!attention.includes(level)) return h
    const heads = channels % headSize === 0 ? channels / headSize : 1
    const attend = selfAttention({ heads, groups, gain: 0, key: nextKey(), name: `${name}_attention` })
    const attended = attend.apply(h) as SymbolicTensor
    if (!sequence) return attended
    const ask = crossAttention({ heads, groups, gain: 0, key: nextKey(), name: `${name}_context` })
    return ask.apply([attended, sequence]) as SymbolicTensor
  }
  return { nextKey, block }
}

function concatenate(tensors: SymbolicTensor[], name: string): SymbolicTensor {
  return layers.concatenate({ axis: -1, name }).apply(tensors) as SymbolicTensor
}
