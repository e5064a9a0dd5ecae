/** The GANs of the papers, side by side: each an objective, penalties and networks. @module */
import type { Key } from '@gen/backend'
import {
  draganPenalty,
  gradientPenalty,
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  r1,
  r2,
  relativistic,
  wasserstein,
} from '@gen/losses'
import type { Augmentation } from './game/augment.ts'
import { type Gan, type GanOptions, gan } from './gan.ts'
import { type Design, networkPair } from './networks/pair.ts'

/** Options of every preset. */
export interface GanPresetOptions extends Pick<GanOptions, 'latent' | 'discriminatorSteps'> {
  /** `[h, w, c]` of images, `[n]` of points. */
  shape: readonly number[]
  /** Draws the weights. */
  key: Key
  /** Size of z. @default 64 for images, 4 for points */
  latentSize?: number
  /** Sizes of the layers, as the networks take them. @default theirs */
  widths?: readonly number[]
  /** Classes that both networks are told; 0 for none. @default 0 */
  classes?: number
  /** Other networks than the paper's; points always have perceptrons. @default the paper's */
  design?: Design
  /** @default none */
  augment?: readonly Augmentation[]
}

/** Options of presets with a penalty. */
export interface PenaltyPresetOptions extends GanPresetOptions {
  /** Weight of the penalty, or of each. */
  weight?: number
}

/** Options of {@link standardGan}. */
export interface StandardGanOptions extends GanPresetOptions {
  /** Whether the generator descends log(1 − D(G(z))), as the game was first stated. @default false */
  saturating?: boolean
}

/**
 * The first GAN: perceptrons, and the minimax game with the non-saturating generator, or the saturating one.
 *
 * @see Generative adversarial networks (Goodfellow et al., 2014) https://arxiv.org/abs/1406.2661
 * @example
 * const model = standardGan({ shape: [2], key: key(0) })
 */
export function standardGan({ saturating = false, ...options }: StandardGanOptions): Gan {
  return preset('mlp', options, { objective: saturating ? minimax() : nonSaturating() })
}

/**
 * Convolutional networks, non-saturating.
 *
 * @see Unsupervised representation learning with deep convolutional GANs (Radford et al., 2015) https://arxiv.org/abs/1511.06434
 * @example
 * const model = dcgan({ shape: [28, 28, 1], key: key(0) })
 */
export function dcgan(options: GanPresetOptions): Gan {
  return preset('dcgan', options, { objective: nonSaturating() })
}

/**
 * Least squares.
 *
 * @see Least squares generative adversarial networks (Mao et al., 2016) https://arxiv.org/abs/1611.04076
 * @example
 * const model = lsgan({ shape: [28, 28, 1], key: key(0) })
 */
export function lsgan(options: GanPresetOptions): Gan {
  return preset('dcgan', options, { objective: leastSquares() })
}

/**
 * Wasserstein distance with a gradient penalty of weight 10 and five discriminator steps a round.
 *
 * @see Improved training of Wasserstein GANs (Gulrajani et al., 2017) https://arxiv.org/abs/1704.00028
 * @example
 * const model = wganGp({ shape: [28, 28, 1], key: key(0) })
 */
export function wganGp({ weight = 10, ...options }: PenaltyPresetOptions): Gan {
  const penalties = [gradientPenalty({ weight })]
  return preset('dcgan', { discriminatorSteps: 5, ...options }, { objective: wasserstein(), penalties })
}

/**
 * Hinge loss and a residual discriminator with spectral normalization. With `classes` it is the projection GAN.
 *
 * @see Spectral normalization for generative adversarial networks (Miyato et al., 2018) https://arxiv.org/abs/1802.05957
 * @example
 * const model = sngan({ shape: [32, 32, 3], key: key(0) })
 */
export function sngan(options: GanPresetOptions): Gan {
  return preset('residual', options, { objective: hinge(), spectral: true })
}

/**
 * {@link sngan} told of classes, by projection.
 *
 * @see cGANs with projection discriminator (Miyato & Koyama, 2018) https://arxiv.org/abs/1802.05637
 * @example
 * const model = projectionGan({ shape: [28, 28, 1], classes: 10, key: key(0) })
 * const sevens = await model.sample({ count: 2, key: key(1), labels: 7 })
 */
export function projectionGan(options: GanPresetOptions & { classes: number }): Gan {
  return sngan(options)
}

/**
 * A gradient penalty around the data.
 *
 * @see On convergence and stability of GANs (Kodali et al., 2017) https://arxiv.org/abs/1705.07215
 * @example
 * const model = dragan({ shape: [28, 28, 1], key: key(0) })
 */
export function dragan({ weight = 10, ...options }: PenaltyPresetOptions): Gan {
  return preset('dcgan', options, { objective: nonSaturating(), penalties: [draganPenalty({ weight })] })
}

/**
 * {@link dcgan} with R1.
 *
 * @see Which training methods for GANs do actually converge? (Mescheder et al., 2018) https://arxiv.org/abs/1801.04406
 * @example
 * const model = r1Gan({ shape: [28, 28, 1], key: key(0) })
 */
export function r1Gan({ weight = 10, ...options }: PenaltyPresetOptions): Gan {
  return preset('dcgan', options, { objective: nonSaturating(), penalties: [r1({ weight })] })
}

/**
 * Relativistic pairing, R1 and R2, and residual networks without normalization.
 *
 * @see The GAN is dead; long live the GAN! (Huang et al., 2024) https://arxiv.org/abs/2501.05441
 * @example
 * const model = r3gan({ shape: [32, 32, 3], weight: 1, key: key(0) })
 */
export function r3gan({ weight = 1, ...options }: PenaltyPresetOptions): Gan {
  return preset('r3', options, { objective: relativistic(), penalties: [r1({ weight }), r2({ weight })] })
}

/** Options of {@link pacgan}. */
export interface PacganOptions extends Omit<GanPresetOptions, 'classes'> {
  /** Samples that the discriminator judges together; must divide the batch. @default 2 */
  pack?: number
}

/**
 * {@link dcgan} whose discriminator judges several samples together, so that samples without variety give themselves away.
 *
 * @see PacGAN: the power of two samples in generative adversarial networks (Lin et al., 2017) https://arxiv.org/abs/1712.04086
 * @example
 * const model = pacgan({ shape: [28, 28, 1], pack: 2, key: key(0) })
 */
export function pacgan({ pack = 2, ...options }: PacganOptions): Gan {
  return preset('dcgan', options, { objective: nonSaturating(), pack })
}

type Parts = Pick<GanOptions, 'objective' | 'penalties' | 'pack'> & { spectral?: boolean }

function preset(
  paper: Design,
  {
    shape,
    key,
    latentSize = shape.length === 3 ? 64 : 4,
    widths,
    classes = 0,
    design = paper,
    ...rest
  }: GanPresetOptions,
  { spectral, ...parts }: Parts,
): Gan {
  const { pack = 1 } = parts
  const sizes = { shape, key, latentSize, classes, pack, ...(widths && { widths }), ...(spectral && { spectral }) }
  return gan({ ...networkPair(shape.length === 3 ? design : 'mlp', sizes), classes, ...rest, ...parts })
}
