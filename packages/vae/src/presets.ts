/** The models of the papers, each a composition of the same pieces. @module */
import { assertInteger, claimWeights, fold, type Key, uniform } from '@gen/backend'
import { gaussianLikelihood, type Likelihood } from '@gen/losses'
import { vampPrior } from '@gen/priors'
import type { Tensor } from '@tensorflow/tfjs-core'
import { noDivergence } from './divergences/divergence.ts'
import { type ImportanceWeightedOptions, importanceWeighted } from './divergences/importance-weighted.ts'
import { type BetaSchedule, klDivergence } from './divergences/kl-divergence.ts'
import { type MmdDivergenceOptions, mmdDivergence } from './divergences/mmd-divergence.ts'
import { type RegularizedOptions, regularized } from './divergences/regularized.ts'
import {
  type TotalCorrelationDivergenceOptions,
  totalCorrelationDivergence,
} from './divergences/total-correlation-divergence.ts'
import { splitHead } from './head.ts'
import { convNetworks, mlpNetworks, type NetworkMaker } from './networks.ts'
import { assertPrior, type PriorMaker, piecesOf, type VaeOptions } from './parts.ts'
import { pointPosterior } from './posteriors/posterior-kind.ts'
import { type QuantizedOptions, quantizedPosterior } from './posteriors/quantized-posterior.ts'
import { type Vae, vae } from './vae.ts'

/** What every preset takes. */
export interface VaePresetOptions {
  /** Shape of one item: `[h, w, c]` for images in [0, 1], `[n]` for points. */
  shape: readonly number[]
  /** Numbers in one code. */
  latentSize: number
  /** Draws the weights. */
  key: Key
  /** @default convNetworks() for images, mlpNetworks() for points */
  network?: NetworkMaker
  /** p(x | z). @default as the preset says */
  likelihood?: Likelihood
  /** Classes that encoder and decoder are told; 0 for none. @default 0 */
  classes?: number
  /** Shape of what else encoder and decoder are told: `[n]` of a vector, `[h, w, c]` of an image. @default nothing */
  context?: readonly number[] | undefined
}

/** Builds the networks that the pieces ask for. */
export function compose({
  shape,
  latentSize,
  key,
  network = shape.length === 3 ? convNetworks() : mlpNetworks(),
  classes = 0,
  context,
  ...chosen
}: VaePresetOptions & Pick<VaeOptions, 'prior' | 'posterior' | 'head' | 'divergence'>): Vae {
  // Before any network is made.
  assertPrior(chosen.prior, { classes, context })
  const pieces = piecesOf({ shape, ...chosen })
  const outputs = pieces.posterior.outputs(latentSize)
  const channels = pieces.likelihood.channels * pieces.head.channels
  const networks = network.make({ shape, latentSize, outputs, channels, classes, context, key: fold(key, 0) })
  return vae({ shape, latentSize, classes, context, ...chosen, ...pieces, ...networks })
}

/**
 * The deterministic autoencoder: squared error, no prior. Its codes lie anywhere, so `sample` without a fitted sampler shows
 * why an autoencoder is no generative model.
 *
 * @see Reducing the dimensionality of data with neural networks (Hinton & Salakhutdinov, 2006) https://doi.org/10.1126/science.1127647
 * @example
 * const model = autoencoder({ shape: [28, 28, 1], latentSize: 16, key: key(0) })
 */
export function autoencoder({ likelihood = gaussianLikelihood(), ...options }: VaePresetOptions): Vae {
  return compose({ ...options, likelihood, posterior: pointPosterior(), divergence: noDivergence() })
}

/**
 * The variational autoencoder. Bernoulli likelihood for images unless told.
 *
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013) https://arxiv.org/abs/1312.6114
 * @example
 * const model = standardVae({ shape: [28, 28, 1], latentSize: 16, key: key(0) })
 */
export function standardVae(options: VaePresetOptions): Vae {
  return compose(options)
}

/** Options of {@link betaVae}. */
export interface BetaVaeOptions extends VaePresetOptions {
  /** Weight of the KL divergence, or a warm-up. @default 4 */
  beta?: number | BetaSchedule
  /** Nats of each latent variable that cost nothing. @default 0 */
  freeNats?: number
}

/**
 * β-VAE: β above 1 trades reconstruction for disentangled codes, below 1 the other way.
 *
 * @see β-VAE (Higgins et al., 2017) https://openreview.net/forum?id=Sy2fzU9gl
 * @example
 * const model = betaVae({ shape: [28, 28, 1], latentSize: 16, beta: 4, key: key(0) })
 */
export function betaVae({ beta = 4, freeNats = 0, ...options }: BetaVaeOptions): Vae {
  return compose({ ...options, divergence: klDivergence({ beta, freeNats }) })
}

/**
 * The conditional VAE: encoder and decoder are told the class, so `sample({ count, key, labels })` draws of a class, or a
 * context, so `sample({ count, key, context })` draws answers to a question.
 *
 * @see Learning structured output representation using deep conditional generative models (Sohn et al., 2015)
 * https://papers.nips.cc/paper/5775-learning-structured-output-representation-using-deep-conditional-generative-models
 * @example
 * const model = conditionalVae({ shape: [28, 28, 1], latentSize: 16, classes: 10, key: key(0) })
 */
export function conditionalVae(
  options: VaePresetOptions & ({ classes: number } | { context: readonly number[] }),
): Vae {
  return compose(options)
}

/**
 * The VAE with computed γ: a Gaussian likelihood whose variance is the running minimum of the mean squared error, which
 * balances reconstruction and KL divergence without a parameter to tune.
 *
 * @see Balancing reconstruction error and Kullback-Leibler divergence in variational autoencoders (Asperti & Trentin, 2020)
 * https://arxiv.org/abs/2002.07514
 * @example
 * const model = computedGamma({ shape: [28, 28, 1], latentSize: 16, key: key(0) })
 */
export function computedGamma(options: Omit<VaePresetOptions, 'likelihood'>): Vae {
  return compose({ ...options, likelihood: gaussianLikelihood({ deviation: 'computed' }) })
}

/**
 * A regularized autoencoder: no noise, a penalty on codes and on the decoder (its weights, or its gradient). Sample it from a
 * distribution fitted to its codes: `fitGaussianMixture(await encodeData(model, data), …)`.
 *
 * @see From variational to deterministic autoencoders (Ghosh et al., 2020) https://arxiv.org/abs/1903.12436
 * @example
 * const model = rae({ shape: [28, 28, 1], latentSize: 16, penalty: 'gradient', key: key(0) })
 */
export function rae({
  likelihood = gaussianLikelihood(),
  codeWeight,
  penalty,
  weight,
  ...options
}: VaePresetOptions & RegularizedOptions): Vae {
  const chosen = { ...(codeWeight !== undefined && { codeWeight }), ...(penalty && { penalty }) }
  const divergence = regularized({ ...chosen, ...(weight !== undefined && { weight }) })
  return compose({ ...options, likelihood, posterior: pointPosterior(), divergence })
}

/**
 * The Wasserstein autoencoder with MMD: codes that are points, held to the prior as a whole.
 *
 * @see Wasserstein auto-encoders (Tolstikhin et al., 2018) https://arxiv.org/abs/1711.01558
 * @example
 * const model = wae({ shape: [28, 28, 1], latentSize: 16, key: key(0) })
 */
export function wae({
  likelihood = gaussianLikelihood(),
  weight = 100,
  kernel = 'imq',
  ...options
}: VaePresetOptions & MmdDivergenceOptions): Vae {
  return compose({ ...options, likelihood, posterior: pointPosterior(), divergence: mmdDivergence({ weight, kernel }) })
}

/**
 * β-TC-VAE: the KL divergence taken apart, with the weight β on the total correlation alone.
 *
 * @see Isolating sources of disentanglement in VAEs (Chen et al., 2018) https://arxiv.org/abs/1802.04942
 * @example
 * const model = betaTcVae({ shape: [28, 28, 1], latentSize: 16, datasetSize: 60_000, key: key(0) })
 */
export function betaTcVae({
  datasetSize,
  alpha = 1,
  beta = 6,
  gamma = 1,
  ...options
}: VaePresetOptions & TotalCorrelationDivergenceOptions): Vae {
  return compose({ ...options, divergence: totalCorrelationDivergence({ datasetSize, alpha, beta, gamma }) })
}

/**
 * The importance-weighted autoencoder: a tighter bound from several codes for each item.
 *
 * @see Importance weighted autoencoders (Burda et al., 2016) https://arxiv.org/abs/1509.00519
 * @example
 * const model = iwae({ shape: [28, 28, 1], latentSize: 16, draws: 5, key: key(0) })
 */
export function iwae({ draws = 5, ...options }: VaePresetOptions & ImportanceWeightedOptions): Vae {
  return compose({ ...options, divergence: importanceWeighted({ draws }) })
}

/** Options of {@link vampVae}. */
export interface VampVaeOptions extends VaePresetOptions {
  /** Pseudo-inputs K. @default 50 */
  components?: number
  /** Where they start, `[components, …shape]`: items of the data are good. @default uniform numbers */
  pseudoInputs?: Tensor
}

/**
 * The VAE with a VampPrior: `p(z) = 1/K Σ q(z | u_k)` over trained pseudo-inputs, so prior and aggregate posterior meet.
 *
 * @throws GenError `config` for classes, which pseudo-inputs have none of.
 * @see VAE with a VampPrior (Tomczak & Welling, 2018) https://arxiv.org/abs/1705.07120
 * @example
 * const model = vampVae({ shape: [28, 28, 1], latentSize: 16, components: 20, key: key(0) })
 */
export function vampVae({ components = 50, pseudoInputs, ...options }: VampVaeOptions): Vae {
  const { shape, key } = options
  return compose({ ...options, prior: pseudoPrior({ shape, components, pseudoInputs, key: fold(key, 1) }) })
}

/** A VampPrior's maker; pseudo-inputs start at uniform numbers where there are none. */
export function pseudoPrior({
  shape,
  components,
  pseudoInputs,
  key,
}: Pick<VaePresetOptions, 'shape' | 'key'> & { components: number; pseudoInputs?: Tensor | undefined }): PriorMaker {
  assertInteger('vae.vampVae', 'components', components, { min: 1 })
  claimWeights('vae.vampVae', [components, ...shape])
  const range = shape.length === 3 ? { range: [0, 1] as const } : {}
  return (encode) => {
    if (pseudoInputs) return vampPrior({ pseudoInputs, encode, ...range })
    const start = uniform(key, [components, ...shape])
    try {
      return vampPrior({ pseudoInputs: start, encode, ...range })
    } finally {
      start.dispose()
    }
  }
}

/**
 * The VQ-VAE: codes from a codebook that follows averages. A code is `latentSize / size` vectors side by side. Its samples
 * come from a `codePrior` trained on its codes.
 *
 * @see Neural discrete representation learning (van den Oord et al., 2017) https://arxiv.org/abs/1711.00937
 * @example
 * const model = vqVae({ shape: [28, 28, 1], latentSize: 128, codes: 64, size: 8, key: key(0) })
 */
export function vqVae({
  likelihood = gaussianLikelihood(),
  size = 8,
  codes = 64,
  decay = 0.99,
  commitment = 0.25,
  revive = 0.03,
  ...options
}: VaePresetOptions & Omit<QuantizedOptions, 'key'>): Vae {
  const posterior = quantizedPosterior({ size, codes, decay, commitment, revive, key: fold(options.key, 1) })
  return compose({ ...options, likelihood, posterior, divergence: noDivergence() })
}

/**
 * Split-VAE: the decoder gives a mask and two images, `y = m·y₁ + (1 − m)·y₂`, with computed γ unless told.
 *
 * @see Enhancing variational generation through self-decomposition (Asperti et al., 2022) https://arxiv.org/abs/2202.02738
 * @example
 * const model = splitVae({ shape: [28, 28, 1], latentSize: 16, key: key(0) })
 */
export function splitVae({
  likelihood = gaussianLikelihood({ deviation: 'computed' }),
  ...options
}: VaePresetOptions): Vae {
  return compose({ ...options, likelihood, head: splitHead() })
}
