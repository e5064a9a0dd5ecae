/** Variational autoencoders on the command line. @module */
import { type Key, refusal } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { bernoulliLikelihood, gaussianLikelihood, type Likelihood } from '@gen/losses'
import {
  autoencoder,
  betaTcVae,
  betaVae,
  computedGamma,
  conditionalVae,
  convNetworks,
  iwae,
  mlpNetworks,
  rae,
  splitVae,
  standardVae,
  type Vae,
  type VaePresetOptions,
  vampVae,
  vqVae,
  wae,
} from '@gen/vae'
import { type Diagnosis, diagnose, diagnosisPanels } from '@gen/vae/diagnosis'
import { choice, type Flag, integer, integers, number } from '../flags.ts'
import { assertParameters, encoderWeights } from '../limits.ts'
import { classesInTurn } from './classes-in-turn.ts'
import type { Family, FamilyLikelihood, FamilyModel } from './family.ts'
import { warmedAdam } from './warmed-adam-w.ts'

const presetNames = [
  'standard',
  'autoencoder',
  'beta',
  'beta-tc',
  'computed-gamma',
  'conditional',
  'iwae',
  'rae',
  'rae-gradient',
  'split',
  'vamp',
  'vq',
  'wae',
] as const
const likelihoodNames = ['auto', 'bernoulli', 'gaussian', 'learned', 'computed', 'per-pixel'] as const

const flags: {
  preset: Flag<(typeof presetNames)[number]>
  latent: Flag<number>
  network: Flag<'auto' | 'conv' | 'mlp'>
  widths: Flag<number[]>
  likelihood: Flag<(typeof likelihoodNames)[number]>
  beta: Flag<number>
  draws: Flag<number>
  components: Flag<number>
  codes: Flag<number>
  learningRate: Flag<number>
  weightDecay: Flag<number>
} = {
  preset: choice('standard', presetNames, 'which paper'),
  latent: integer(16, 'numbers in a code; for vq, a multiple of 8', { min: 1, max: 65_536 }),
  network: choice('auto', ['auto', 'conv', 'mlp'], 'auto: conv for images, mlp for points'),
  widths: integers([], 'channels, or sizes of the hidden layers', { min: 1, max: 8192 }, 'as the network says'),
  likelihood: choice('auto', likelihoodNames, 'of the data given a code; auto: as the preset says'),
  beta: number(4, 'weight of the KL divergence, of beta; of the total correlation, of beta-tc', { min: 0, max: 1e6 }),
  draws: integer(5, 'codes for each item, of iwae', { min: 1, max: 1000 }),
  components: integer(50, 'pseudo-inputs, of vamp', { min: 1, max: 10_000 }),
  codes: integer(64, 'vectors in the codebook, of vq', { min: 2, max: 65_536 }),
  learningRate: number(1e-3, 'learning rate at its highest; it warms up and then falls as a cosine', {
    min: 0,
    max: 10,
  }),
  weightDecay: number(0, 'share of the weights that decays, times the learning rate', { min: 0, max: 10 }),
}

type Values = { [Name in keyof typeof flags]: (typeof flags)[Name]['initial'] }
type Data = Pick<Dataset, 'shape' | 'classes'> & Partial<Pick<Dataset, 'size'>>

const presets: Record<(typeof presetNames)[number], (options: VaePresetOptions, values: Values, data: Data) => Vae> = {
  standard: standardVae,
  autoencoder,
  beta: (options, { beta }) => betaVae({ ...options, beta }),
  'beta-tc': (options, { beta }, { size = 60_000 }) => betaTcVae({ ...options, beta, datasetSize: size }),
  'computed-gamma': computedGamma,
  conditional: (options, _, { classes }) => conditionalVae({ ...options, classes: classesOf(classes) }),
  iwae: (options, { draws }) => iwae({ ...options, draws }),
  rae,
  'rae-gradient': (options) => rae({ ...options, penalty: 'gradient' }),
  split: splitVae,
  vamp: (options, { components }) => vampVae({ ...options, components }),
  vq: (options, { codes }) => vqVae({ ...options, codes }),
  wae,
}

const deviations = { learned: 'learned', computed: 'computed', 'per-pixel': 'perPixel' } as const

function likelihoodOf(name: Values['likelihood']): Likelihood | undefined {
  if (name === 'auto') return undefined
  if (name === 'bernoulli') return bernoulliLikelihood()
  return gaussianLikelihood(name === 'gaussian' ? {} : { deviation: deviations[name] })
}

function classesOf(classes: number | undefined): number {
  if (classes) return classes
  throw refusal('config', 'gen train vae', {
    expected: 'data with labels for --preset conditional',
    got: 'data without',
    remedy: 'take another --preset',
  })
}

/** What helps against each problem, in flags of `gen train vae`. */
const remedies: Readonly<Record<Diagnosis['findings'][number]['problem'], string>> = {
  balance: 'train with --preset computed-gamma, which sets the noise to the error, or with a lower --beta',
  collapse: 'train with a lower --latent, a lower --beta, or --preset split',
  mismatch: 'train with --preset vamp, whose prior is learned',
  blur: 'train with a larger --latent, more --widths or --preset computed-gamma; --preset vq for sharp images',
}

function onCommandLine(finding: Diagnosis['findings'][number]): Diagnosis['findings'][number] {
  return finding.healthy ? finding : { ...finding, remedy: remedies[finding.problem] }
}

function familyModel(model: Vae): FamilyModel {
  const { classes } = model.config
  return {
    shape: model.shape,
    trainable: model,
    config: model.config,
    // Codes of a conditional model say nothing without a class.
    ...(classes === 0 ? { latent: model } : { classes }),
    sample: async ({ count, key, batchSize, shard, labels, signal }) => {
      const perRow = { labels: classesInTurn(count, classes, labels) }
      return model.sample({ count, key, batchSize, shard, signal, ...((classes > 0 || labels) && perRow) })
    },
    // A model whose codes are points has no density; its reconstructions it has.
    ...(model.parts.posterior.density && {
      likelihood: {
        kind: 'bound (ELBO)',
        discrete: false,
        logProb: (x, { key, labels }) => model.elbo(x, key, classes > 0 ? { labels } : {}),
      } satisfies FamilyLikelihood,
    }),
    reconstruction: (x, labels) => model.reconstruct(x, classes > 0 ? { labels } : {}),
    diagnose: async (data, { key, count }) => {
      const numbers = await diagnose(model, data, { key, count })
      const panels = model.shape.length === 3 ? await diagnosisPanels(model, data, { key, count }) : undefined
      return { ...numbers, findings: numbers.findings.map(onCommandLine), ...(panels && { panels }) }
    },
  }
}

function assertSmall({ preset, latent, widths, components, codes }: Values, { shape }: Data, dense: boolean): void {
  const pseudoInputs = preset === 'vamp' ? shape.reduce((size, n) => size * n, components) : 0
  const codebook = preset === 'vq' ? codes * latent : 0
  const weights = 2 * encoderWeights(shape, latent, widths, dense) + pseudoInputs + codebook
  assertParameters('gen train vae', '--widths, --latent, --components or --codes', weights)
}

/** `gen train vae`: one of the papers' models by `--preset`. */
export const vaeFamily: Family<typeof flags, Vae> = {
  name: 'vae',
  description: 'a variational autoencoder',
  flags,
  create(values, data, key: Key) {
    const { preset, latent, network, widths, likelihood } = values
    const kind = network === 'auto' ? (data.shape.length === 3 ? 'conv' : 'mlp') : network
    const maker = (kind === 'conv' ? convNetworks : mlpNetworks)(widths.length > 0 ? { widths } : {})
    assertSmall(values, data, kind === 'mlp')
    const chosen = likelihoodOf(likelihood)
    const options = {
      shape: data.shape,
      latentSize: latent,
      network: maker,
      key,
      ...(chosen && { likelihood: chosen }),
    }
    return familyModel(presets[preset](options, values, data))
  },
  wrap: familyModel,
  optimizer: warmedAdam,
}
