/** Normalizing flows on the command line. @module */
import { type GenError, type Key, refusal, split } from '@gen/backend'
import type { Dataset } from '@gen/data'
import {
  actnorm,
  affineCoupling,
  cnf,
  convNetwork,
  denseNetwork,
  densityPicture,
  type Flow,
  flow,
  glow,
  type ImageFlow,
  iaf,
  imageFlow,
  logit,
  maf,
  nice,
  nsf,
  nsfAutoregressive,
  realNvp,
  uniformDequantizer,
  variationalDequantizer,
} from '@gen/flows'
import type { FamilyModels } from '@gen/open'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { choice, type Flag, type FlagValues, integer, integers, number, toggle } from '../flags.ts'
import { assertParameters, weightsOf } from '../limits.ts'
import { classesInTurn } from './classes-in-turn.ts'
import type { Family, FamilyModel } from './family.ts'
import { warmedAdam } from './warmed-adam-w.ts'

const presetNames = ['auto', 'nice', 'real-nvp', 'glow', 'maf', 'iaf', 'nsf', 'nsf-autoregressive', 'cnf'] as const

const flags: {
  preset: Flag<(typeof presetNames)[number]>
  layers: Flag<number>
  hidden: Flag<number[]>
  bins: Flag<number>
  levels: Flag<number>
  stepsPerLevel: Flag<number>
  width: Flag<number>
  noise: Flag<'uniform' | 'variational'>
  conditional: Flag<boolean>
  learningRate: Flag<number>
  weightDecay: Flag<number>
} = {
  preset: choice('auto', presetNames, 'which paper; auto: nsf for points, glow for images'),
  layers: integer(0, 'layers of a flow of points; 0 = as the preset says', { min: 0, max: 256 }),
  hidden: integers([64, 64], 'sizes of the hidden layers, for points', { min: 1, max: 8192 }),
  bins: integer(16, 'bins of a spline', { min: 2, max: 1024 }),
  levels: integer(2, 'levels of glow, each of half the height and width', { min: 1, max: 16 }),
  stepsPerLevel: integer(4, 'steps of glow at each level', { min: 1, max: 64 }),
  width: integer(32, 'channels of the networks, for images', { min: 1, max: 4096 }),
  noise: choice('uniform', ['uniform', 'variational'], 'how images of 256 levels get a density; variational: learned'),
  conditional: toggle(false, 'learn the classes of the data, to sample by class'),
  learningRate: number(2e-3, 'learning rate at its highest; it warms up and then falls as a cosine', {
    min: 0,
    max: 10,
  }),
  weightDecay: number(0, 'share of the weights that decays, times the learning rate', { min: 0, max: 10 }),
}

type Values = FlagValues<typeof flags>
type FlowModel = FamilyModels['flow']

interface VectorOptions {
  key: Key
  classes: number
}

const vectorPresets: Record<
  Exclude<Values['preset'], 'auto' | 'glow'>,
  (size: number, options: VectorOptions, values: Values) => Flow
> = {
  nice: (size, options, values) => nice(size, { ...coupled(values), ...first(size), ...options }),
  'real-nvp': (size, options, values) => realNvp(size, { ...coupled(values), ...first(size), ...options }),
  maf: (size, options, values) => maf(size, { ...masked(values), ...first(size), ...options }),
  iaf: (size, options, values) => iaf(size, { ...masked(values), ...first(size), ...options }),
  nsf: (size, options, values) => nsf(size, { ...coupled(values), ...first(size), ...options, bins: values.bins }),
  'nsf-autoregressive': (size, options, values) =>
    nsfAutoregressive(size, { ...masked(values), ...first(size), ...options, bins: values.bins }),
  cnf: (size, options, { hidden }) => cnf(size, { hidden, ...first(size), ...options }),
}

const coupled = ({ layers, hidden }: Values) => ({ ...(layers > 0 && { layers }), network: denseNetwork({ hidden }) })
const masked = ({ layers, hidden }: Values) => ({ ...(layers > 0 && { layers }), hidden })

/** Standardizes the data: it is set from them before training. */
const first = (size: number) => ({ before: [actnorm(size)] })

function create(values: Values, { shape, classes: known }: Pick<Dataset, 'shape' | 'classes'>, k: Key): FamilyModel {
  const classes = values.conditional ? classesOf(known) : 0
  const [forFlow, forNoise] = split(k) as [Key, Key]
  const { levels, stepsPerLevel: steps, width, layers, hidden, bins } = values
  if (shape.length === 1) {
    const features = shape[0]!
    const network = weightsOf([features, ...hidden, features * (3 * bins - 1)])
    assertParameters('gen train flow', '--hidden, --layers or --bins', Math.max(1, layers) * network)
    const preset = values.preset === 'auto' ? 'nsf' : values.preset
    if (preset === 'glow') throw refused('images for --preset glow', 'points', 'pass --preset nsf')
    const model = vectorPresets[preset](features, { key: forFlow, classes }, values)
    return vectorModel(model)
  }
  if (values.preset !== 'auto' && values.preset !== 'glow') {
    throw refused(`points for --preset ${values.preset}`, `images [${shape.join(', ')}]`, 'pass --preset glow')
  }
  const event = shape as [number, number, number]
  assertParameters(
    'gen train flow',
    '--width, --levels or --steps-per-level',
    levels * steps * weightsOf([width, width, width], 9),
  )
  const network = convNetwork({ width, blocks: 1 })
  const model = glow(event, { levels, steps, network, classes, key: forFlow })
  const isLearned = values.noise === 'variational'
  const dequantizer = isLearned ? variationalDequantizer(noiseOf(event, forNoise)) : uniformDequantizer()
  return imageModel(imageFlow({ flow: model, dequantizer }))
}

/** Two couplings that see the image: each half of the pixels' noise in turn. */
function noiseOf(shape: readonly [number, number, number], k: Key): Flow<Tensor4D> {
  const options = { mask: 'checkerboard', context: shape[2], network: convNetwork({ width: 16, blocks: 1 }) } as const
  const couplings = split(k).map((own, i) => affineCoupling(shape, { ...options, flip: i === 1, key: own }))
  return flow<Tensor4D>({ transforms: [logit(shape), ...couplings] })
}

function vectorModel(model: Flow): FamilyModel {
  const { classes } = model
  return {
    ...common(model),
    lossUnit: 'nats',
    likelihood: {
      kind: 'density',
      discrete: false,
      logProb: (x, { key: k, labels }) => model.logProb(x as Tensor2D, { key: k, ...(classes > 0 && { labels }) }),
    },
    initialize: ({ x, labels }) => model.initialize(x as Tensor2D, classes > 0 ? { labels } : {}),
    ...(model.size === 2 && {
      density: (options, label = 0) => densityPicture(model, { ...options, ...(classes > 0 && { label }) }),
    }),
  }
}

function imageModel(model: ImageFlow): FamilyModel {
  return {
    ...common(model),
    lossUnit: 'bits per dimension',
    likelihood: {
      kind: 'bound, dequantized',
      discrete: true,
      logProb: (x, { key: k, labels }) =>
        model.logProb(x as Tensor4D, { key: k, ...(model.classes > 0 && { labels }) }),
    },
    initialize: ({ x, labels }, k) => model.initialize(x as Tensor4D, k, model.classes > 0 ? { labels } : {}),
  }
}

/** What all flows have. */
function common(model: FlowModel): Omit<FamilyModel, 'initialize'> {
  const { shape, config, classes } = model
  const numbers = shape.reduce((product, n) => product * n, 1)
  return {
    shape,
    trainable: model,
    config,
    classes,
    // Codes of a conditional model say nothing without a class.
    ...(classes === 0 && { latent: model }),
    // Points are small: many at once.
    batchSize: Math.max(64, Math.floor(2 ** 18 / numbers)),
    sample: ({ count, key: k, batchSize, shard, labels, signal }) => {
      const perRow = classes > 0 && { labels: wanted(count, classes, labels) }
      return model.sample({ count, key: k, batchSize, shard, signal, ...perRow })
    },
  }
}

function wanted(count: number, classes: number, labels?: number[]): number[] {
  const bad = labels?.find((label) => label >= classes)
  if (bad !== undefined) throw refused(`--labels below ${classes}`, String(bad), 'see the model’s config.json')
  return classesInTurn(count, classes, labels)
}

function classesOf(classes: number | undefined): number {
  if (classes) return classes
  throw refused('data with labels for --conditional', 'data without', 'leave it out')
}

function refused(expected: string, got: string, remedy: string): GenError {
  return refusal('config', 'gen train flow', { expected, got, remedy })
}

/** `gen train flow`: couplings, splines and autoregressive layers for points and tables, Glow for images. */
export const flowFamily: Family<typeof flags, FlowModel> = {
  name: 'flow',
  description: 'a normalizing flow, with exact likelihood',
  flags,
  create,
  wrap: (model) => ('bitsPerDim' in model ? imageModel(model) : vectorModel(model as Flow)),
  optimizer: warmedAdam,
}
