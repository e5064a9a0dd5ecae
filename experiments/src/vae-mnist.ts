/** Variational autoencoders on MNIST: one row for each idea of the lecture and of the GreenAI survey. @module */
import { fold, key } from '@gen/backend'
import { gaussianLikelihood } from '@gen/losses'
import { fitGaussianMixture } from '@gen/priors'
import {
  autoencoder,
  codeBatches,
  codePrior,
  computedGamma,
  convNetworks,
  encodeData,
  latentSampler,
  mlpNetworks,
  rae,
  splitVae,
  standardVae,
  twoStage,
  type Vae,
  type VaePresetOptions,
  vampVae,
  vqVae,
  wae,
} from '@gen/vae'
import { dispose } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import type { Trained } from './flows/train-for.ts'
import { type Digits, openDigits } from './vae-mnist/digits.ts'
import { judge, type SamplerRow } from './vae-mnist/judge.ts'
import { trained, trainedFor } from './vae-mnist/trained.ts'
import { verdict } from './vae-mnist/verdict.ts'

/** What all rows share but the networks' kind. */
const digit = { shape: [28, 28, 1], latentSize: 16 } as const
const dense = { ...digit, network: mlpNetworks({ widths: [512, 256] }) }
const conv = { ...digit, network: convNetworks({ widths: [16, 32, 64] }) }
/** The networks that likelihoods on binary digits are compared with. */
const likely = { ...digit, latentSize: 40, network: mlpNetworks({ widths: [500, 500], activation: 'relu' }) } as const

/** How a row is trained. */
interface Recipe {
  /** Binary pixels, drawn anew in each batch, or gray ones. */
  readonly pixels: 'binary' | 'gray'
  readonly make: (options: Pick<VaePresetOptions, 'key'>, digits: Digits) => Vae
  /** Training time in units of `--minutes`: a likelihood takes longer to settle than a picture. @default 1 */
  readonly time?: number
  /** Samplers fitted after training, besides the prior. @default none */
  readonly samplers?: readonly ('mixture' | 'secondStage' | 'codes')[]
}

const recipes = {
  autoencoder: { pixels: 'gray', samplers: ['mixture'], make: (options) => autoencoder({ ...dense, ...options }) },
  vae: {
    pixels: 'binary',
    time: 3.6,
    samplers: ['mixture'],
    make: (options) => standardVae({ ...likely, ...options }),
  },
  'fixed-gamma': {
    pixels: 'gray',
    samplers: ['mixture'],
    make: (options) => standardVae({ ...dense, ...options, likelihood: gaussianLikelihood({ deviation: 1 }) }),
  },
  'computed-gamma': {
    pixels: 'gray',
    samplers: ['mixture'],
    make: (options) => computedGamma({ ...dense, ...options }),
  },
  'computed-gamma-conv': {
    pixels: 'gray',
    samplers: ['mixture'],
    make: (options) => computedGamma({ ...conv, ...options }),
  },
  'two-stage': {
    pixels: 'gray',
    samplers: ['secondStage'],
    make: (options) => computedGamma({ ...dense, ...options }),
  },
  rae: { pixels: 'gray', samplers: ['mixture'], make: (options) => rae({ ...dense, ...options }) },
  'rae-gradient': {
    pixels: 'gray',
    samplers: ['mixture'],
    make: (options) => rae({ ...dense, ...options, penalty: 'gradient' }),
  },
  wae: { pixels: 'gray', samplers: ['mixture'], make: (options) => wae({ ...dense, ...options }) },
  vamp: {
    pixels: 'binary',
    time: 3.6,
    make: (options, digits) => {
      const { x, labels } = digits.train.take(Array.from({ length: 500 }, (_, i) => i))
      const model = vampVae({ ...likely, ...options, components: 500, pseudoInputs: x })
      dispose([x, ...(labels ? [labels] : [])])
      return model
    },
  },
  vq: {
    pixels: 'gray',
    samplers: ['codes'],
    make: (options) => vqVae({ ...dense, ...options, latentSize: 128, codes: 128, size: 8 }),
  },
  split: { pixels: 'gray', samplers: ['mixture'], make: (options) => splitVae({ ...dense, ...options }) },
} satisfies Record<string, Recipe>

/** Test likelihood, FID of reconstructions and samples, and the lecture's four problems, for each model. */
export const vaeMnist: Experiment = {
  name: 'vae-mnist',
  description: 'variational autoencoders on MNIST: likelihood, FID, and the four problems in numbers',
  minutes: 5,
  rows: Object.fromEntries(
    Object.entries(recipes).map(([name, recipe]) => [name, (context: RowContext) => row(name, recipe, context)]),
  ),
  columns: ({
    nll,
    rate,
    fid,
    activeUnits,
    latentSize,
    varianceLaw,
    meanSquaredError,
    lostVariance,
    parameters,
    flops,
    training,
  }) => ({
    'test NLL, nats': nll,
    FID: fid,
    // Codes that are points have no variance that could collapse.
    'active units': rate === null ? null : `${activeUnits} of ${latentSize}`,
    'Var(μ) + E[σ²]': varianceLaw,
    'squared error': meanSquaredError,
    'lost variance': lostVariance,
    parameters,
    'FLOPs, encoder and decoder': Object.values(flops as Row),
    training: { steps: (training as Trained).steps, minutes: (training as Trained).seconds / 60 },
  }),
  finish: async (rows) => verdict(rows),
}

async function row(name: string, recipe: Recipe, context: RowContext): Promise<Row> {
  const digits = await openDigits()
  const seed = key(context.seed)
  const { pixels, make, time = 1, samplers = [] } = recipe
  // The two-stage row goes on from the weights of the computed γ, where there are any.
  const firstStage = name === 'two-stage' ? 'computed-gamma' : name
  const model = make({ key: fold(seed, 0) }, digits)
  const batches = digits.batches(pixels, { size: batchSize, key: fold(seed, 1) })
  const training = await trained(model, batches, {
    ...{ name: firstStage, rate, key: fold(seed, 2) },
    context: { ...context, minutes: context.minutes * time },
  })
  // Codes of a codebook have no prior but the one that is fitted.
  const fitted: SamplerRow[] = name === 'vq' ? [] : [{ name: 'prior' }]
  for (const kind of samplers) fitted.push(await samplerOf(kind, model, digits, recipe, context))
  try {
    return { ...(await judge(model, digits, { name, pixels, samplers: fitted, context })), training }
  } finally {
    for (const { dispose: free } of fitted) free?.()
    model.dispose()
  }
}

const [batchSize, rate] = [128, 2e-3] as const

/** Items whose codes a mixture is fitted to. */
const fittedItems = 10_000

async function samplerOf(
  kind: 'mixture' | 'secondStage' | 'codes',
  model: Vae,
  digits: Digits,
  { pixels }: Recipe,
  context: RowContext,
): Promise<SamplerRow> {
  const seed = fold(key(context.seed), 10)
  if (kind === 'mixture') {
    context.progress('fitting a mixture to the codes')
    const codes = await encodeData(model, digits.items(pixels, digits.train), { count: fittedItems })
    const sampler = await fitGaussianMixture(codes, { components: 10, key: seed })
    codes.dispose()
    return { name: kind, sampler, dispose: () => dispose(sampler.variables?.() ?? []) }
  }
  const codes = codeBatches(model, digits.batches(pixels, { size: batchSize, key: fold(seed, 1) }), {
    key: fold(seed, 2),
  })
  const options = { seconds: 60 * context.minutes * secondShare, rate: 1e-3, key: fold(seed, 3), context }
  if (kind === 'codes') {
    const prior = codePrior({ model, widths: [512, 512], key: fold(seed, 4) })
    const training = await trainedFor(prior, codes, options)
    return { name: kind, sampler: prior, training, dispose: () => prior.dispose() }
  }
  const second = twoStage({ first: model, key: fold(seed, 4) })
  const training = await trainedFor(second, codes, options)
  return { name: kind, sampler: latentSampler(second), training, dispose: () => second.dispose() }
}

/** Of a row's minutes, for a model of codes. */
const secondShare = 0.5
