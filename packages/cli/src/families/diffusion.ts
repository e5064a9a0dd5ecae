/** Diffusion models on the command line. @module */
import { GenError, type Key, key } from '@gen/backend'
import { cosine, type Diffusion, type DiffusionOptions, ddim, diffusion, linear, pointDenoiser } from '@gen/diffusion'
import { adamW, cosineDecay as cosineRate, warmup } from '@gen/train'
import { unet, unetConfig } from '@gen/unet'
import * as v from 'valibot'
import { choice, type Flag, integer, integers, number, toggle } from '../flags.ts'
import { assertParameters, weightsOf } from '../limits.ts'
import { diffusionLatent } from './diffusion-latent.ts'
import type { Family, FamilyModel } from './family.ts'

const flags: {
  widths: Flag<number[]>
  depth: Flag<number>
  attention: Flag<number[]>
  conditional: Flag<boolean>
  loss: Flag<'l1' | 'l2' | 'huber'>
  schedule: Flag<'cosine' | 'linear'>
  learningRate: Flag<number>
  weightDecay: Flag<number>
} = {
  widths: integers([32, 64, 96], 'channels of the U-Net at each level; of the hidden layers, for points', {
    min: 1,
    max: 4096,
  }),
  depth: integer(1, 'residual blocks per level', { min: 1, max: 16 }),
  attention: integers([], 'levels with self-attention, 0 is the full size', { min: 0, max: 16 }, 'none'),
  conditional: toggle(false, 'learn the classes of the data, to sample by class'),
  loss: choice('l2', ['l1', 'l2', 'huber'], 'distance of true and predicted noise'),
  schedule: choice('cosine', ['cosine', 'linear'], 'how the signal ratio falls with time'),
  learningRate: number(2e-3, 'learning rate at its highest; it warms up and then falls as a cosine', {
    min: 0,
    max: 10,
  }),
  weightDecay: number(1e-4, 'decay of the weights', { min: 0, max: 10 }),
}

const schedules = { cosine, linear }
const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const pointNetwork = v.strictObject({
  name: v.literal('pointDenoiser'),
  size: positive,
  hidden: v.array(positive),
  classes: v.pipe(v.number(), v.integer(), v.minValue(0)),
})
const stored = v.strictObject({
  network: v.union([pointNetwork, v.strictObject({ name: v.literal('unet'), config: v.unknown() })]),
  // `diffusion` itself checks these, field by field.
  options: v.record(v.string(), v.unknown()),
})

type NetworkConfig = v.InferOutput<typeof stored>['network']

function networkOf(config: NetworkConfig, k: Key): DiffusionOptions['network'] {
  if (config.name === 'pointDenoiser') return pointDenoiser({ ...config, key: k })
  return unet({ ...unetConfig(config.config), key: k })
}

function familyModel(network: NetworkConfig, options: Omit<DiffusionOptions, 'network'>, k: Key): FamilyModel {
  const model: Diffusion = diffusion({ network: networkOf(network, k), ...options })
  const { classes, range } = model.config
  return {
    trainable: model,
    shape: model.shape,
    config: { network, options: model.config },
    // Codes of a conditional model say nothing without a class.
    ...(classes === 0 && { latent: diffusionLatent(model) }),
    classes,
    sample: ({ count, key: sampleKey, steps, guidance, labels, signal }) => {
      // Without a wish, all classes in turn: a column of the grid each.
      const wanted = labels ?? Array.from({ length: classes }, (_, i) => i)
      const perRow =
        classes > 0 ? { labels: Array.from({ length: count }, (_, i) => wanted[i % wanted.length]!), guidance } : {}
      const watched = signal ? { signal } : {}
      return model.sample({
        count,
        key: sampleKey,
        sampler: ddim({ steps }),
        clip: range !== null,
        ...perRow,
        ...watched,
      })
    },
  }
}

/** `gen train diffusion`: a U-Net for images and signals, a small perceptron for points. */
export const diffusionFamily: Family<typeof flags> = {
  name: 'diffusion',
  description: 'a denoising diffusion model',
  samplesInSteps: true,
  flags,
  create({ widths, depth, attention, conditional, loss, schedule }, { shape, classes: known }, k) {
    if (conditional && !known) {
      throw new GenError(
        'config',
        'gen train diffusion: expected data with labels for --conditional, got data without; leave it out',
      )
    }
    const classes = conditional ? (known ?? 0) : 0
    // Two residual blocks of 3 × 3 on the way down for each of depth, and three on the way up; one dense layer each, for points.
    const [taps, blocks] = shape.length === 1 ? [1, 1] : [9, 5 * depth]
    const widest = widths.flatMap((width) => [width, width])
    assertParameters('gen train diffusion', '--widths or --depth', blocks * weightsOf(widest, taps))
    const network: NetworkConfig =
      shape.length === 1
        ? { name: 'pointDenoiser', size: shape[0]!, hidden: widths, classes }
        : { name: 'unet', config: { shape: [...shape], widths, depth, attention, classes } }
    return familyModel(network, { loss, schedule: schedules[schedule](), classes }, k)
  },
  open(config) {
    const parsed = v.safeParse(stored, config)
    if (!parsed.success) {
      throw new GenError(
        'file',
        `gen: expected the config of a diffusion model, got one with ${parsed.issues[0].message}`,
      )
    }
    const { network, options } = parsed.output
    return familyModel(network, options as Omit<DiffusionOptions, 'network'>, key(0))
  },
  optimizer({ learningRate, weightDecay }, steps) {
    const falling = cosineRate({ from: learningRate, to: learningRate / 100, steps })
    return adamW({ learningRate: warmup({ steps: Math.min(100, Math.ceil(steps / 10)), to: falling }), weightDecay })
  },
}
