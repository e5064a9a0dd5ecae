/** Generative adversarial networks on the command line. @module */
import { type Key, refusal } from '@gen/backend'
import {
  dcgan,
  dragan,
  type Gan,
  type GanPresetOptions,
  lsgan,
  pacgan,
  projectionGan,
  r1Gan,
  r3gan,
  recoder,
  recoderNetwork,
  sngan,
  standardGan,
  wganGp,
} from '@gen/gan'
import { adam, adamW, linearDecay } from '@gen/train'
import { choice, type Flag, integer, integers, number, toggle } from '../flags.ts'
import { assertParameters, encoderWeights } from '../limits.ts'
import { classesInTurn } from './classes-in-turn.ts'
import type { Family, FamilyModel, Recoder } from './family.ts'

const presetNames = [
  'dcgan',
  'standard',
  'minimax',
  'lsgan',
  'wgan-gp',
  'sngan',
  'projection',
  'dragan',
  'r1',
  'r3gan',
  'pacgan',
] as const

const augmentNames = ['none', 'translation', 'translation+cutout', 'all'] as const

const flags: {
  preset: Flag<(typeof presetNames)[number]>
  network: Flag<'auto' | 'mlp' | 'dcgan' | 'residual' | 'r3'>
  latent: Flag<number>
  widths: Flag<number[]>
  conditional: Flag<boolean>
  weight: Flag<number>
  pack: Flag<number>
  discriminatorSteps: Flag<number>
  augment: Flag<(typeof augmentNames)[number]>
  learningRate: Flag<number>
  discriminatorRate: Flag<number>
  beta1: Flag<number>
  weightDecay: Flag<number>
} = {
  preset: choice('dcgan', presetNames, 'which paper'),
  network: choice(
    'auto',
    ['auto', 'mlp', 'dcgan', 'residual', 'r3'],
    'auto: as the preset says; points always have mlp',
  ),
  latent: integer(0, 'size of z; 0: 64 for images, 4 for points', { min: 0, max: 65_536 }),
  widths: integers(
    [],
    'channels at each size, largest first, or sizes of hidden layers',
    { min: 1, max: 8192 },
    'as the network says',
  ),
  conditional: toggle(false, 'learn the classes of the data, to sample by class'),
  weight: number(0, 'weight of the penalty, of wgan-gp, dragan, r1 and r3gan; 0: as the preset says', {
    min: 0,
    max: 1e6,
  }),
  pack: integer(2, 'samples that the discriminator judges together, of pacgan', { min: 1, max: 64 }),
  discriminatorSteps: integer(0, 'updates of the discriminator per step; 0: as the preset says', {
    min: 0,
    max: 1000,
  }),
  augment: choice('none', augmentNames, 'differentiable augmentation of images, for small data'),
  learningRate: number(1e-3, 'learning rate of the generator; it falls to a tenth', { min: 0, max: 10 }),
  discriminatorRate: number(0, 'learning rate of the discriminator; 0: the generator’s', { min: 0, max: 10 }),
  beta1: number(0.5, 'Adam’s decay of the mean gradient', { min: 0, max: 0.999 }),
  weightDecay: number(0, 'share of the weights that decays, times the learning rate', { min: 0, max: 10 }),
}

type Values = { [Name in keyof typeof flags]: (typeof flags)[Name]['initial'] }

const weighted = ({ weight }: Values) => (weight > 0 ? { weight } : {})

const presets: Record<(typeof presetNames)[number], (options: GanPresetOptions, values: Values) => Gan> = {
  dcgan,
  standard: standardGan,
  minimax: (options) => standardGan({ ...options, saturating: true }),
  lsgan,
  'wgan-gp': (options, values) => wganGp({ ...options, ...weighted(values) }),
  sngan,
  projection: (options) => projectionGan({ ...options, classes: options.classes ?? 0 }),
  dragan: (options, values) => dragan({ ...options, ...weighted(values) }),
  r1: (options, values) => r1Gan({ ...options, ...weighted(values) }),
  r3gan: (options, values) => r3gan({ ...options, ...weighted(values) }),
  pacgan: ({ classes: _, ...options }, { pack }) => pacgan({ ...options, pack }),
}

const augmentations = {
  none: [],
  translation: ['translation'],
  'translation+cutout': ['translation', 'cutout'],
  all: ['color', 'translation', 'cutout'],
} as const

/** A GAN gives no codes: an encoder learns them from its own samples. */
function recoderOf(gan: Gan, key: Key): Recoder {
  const encoder = recoder({ gan, network: recoderNetwork({ gan, key }) })
  return { trainable: encoder, encode: (x) => encoder.encode(x), dispose: () => encoder.dispose() }
}

function familyModel(model: Gan): FamilyModel {
  const { classes } = model.config
  return {
    shape: model.shape,
    trainable: model,
    config: model.config,
    // Codes of a conditional model say nothing without a class.
    ...(classes === 0 ? { latent: model, recoder: (k: Key) => recoderOf(model, k) } : { classes }),
    sample: async ({ count, key, batchSize, shard, labels, signal }) => {
      const perRow = { labels: classesInTurn(count, classes, labels) }
      return model.sample({ count, key, batchSize, shard, signal, ...((classes > 0 || labels) && perRow) })
    },
  }
}

function assertLabeled(preset: Values['preset'], classes: number | undefined): void {
  if (classes && preset !== 'pacgan') return
  const [expected, got] = classes
    ? ['another --preset for --conditional', preset]
    : ['data with labels', 'data without']
  const remedy = preset === 'projection' ? 'pass another --preset' : 'leave --conditional out'
  throw refusal('config', 'gen train gan', { expected, got, remedy })
}

/** `gen train gan`: the GANs of the papers. */
export const ganFamily: Family<typeof flags, Gan> = {
  name: 'gan',
  description: 'a generative adversarial network',
  flags,
  create(values, { shape, classes: known }, key) {
    const { preset, network, latent, widths, conditional, discriminatorSteps, augment } = values
    const told = conditional || preset === 'projection'
    if (told) assertLabeled(preset, known)
    const dense = network === 'mlp' || shape.length === 1
    assertParameters('gen train gan', '--widths or --latent', encoderWeights(shape, latent, widths, dense))
    const options: GanPresetOptions = {
      shape,
      key,
      classes: told ? known! : 0,
      augment: augmentations[augment],
      ...(latent > 0 && { latentSize: latent }),
      ...(widths.length > 0 && { widths }),
      ...(network !== 'auto' && { design: network }),
      ...(discriminatorSteps > 0 && { discriminatorSteps }),
    }
    return familyModel(presets[preset](options, values))
  },
  wrap: familyModel,
  optimizer({ learningRate, discriminatorRate, beta1, weightDecay }, steps) {
    const falling = (rate: number) => {
      const options = { learningRate: linearDecay({ from: rate, to: rate / 10, steps }), beta1, beta2: 0.99 }
      return weightDecay > 0 ? adamW({ ...options, weightDecay }) : adam(options)
    }
    return { discriminator: falling(discriminatorRate || learningRate), generator: falling(learningRate) }
  },
}
