/** Normalizing flows on the command line. @module */
import { GenError, type Key, key, split } from '@gen/backend'
import type { Batch, Dataset } from '@gen/data'
import {
  actnorm,
  affineCoupling,
  cnf,
  convNetwork,
  denseNetwork,
  densityPicture,
  type Flow,
  flow,
  flowFromConfig,
  forwardKl,
  glow,
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
import { adam, cosineDecay, type Trainable, warmup } from '@gen/train'
import { oneHot, type Tensor, type Tensor2D, type Tensor4D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { choice, type Flag, type FlagValues, integer, integers, number, toggle } from '../flags.ts'
import { assertParameters, weightsOf } from '../limits.ts'
import type { Family, FamilyModel } from './family.ts'

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
}

type Values = FlagValues<typeof flags>
interface VectorOptions {
  key: Key
  context: number
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

const stored = v.strictObject({
  flow: v.unknown(),
  /** Flow of the learned noise. */
  noise: v.nullable(v.unknown()),
  classes: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** What a stored config holds: flows check their own. */
interface Parts {
  readonly model: Flow<Tensor>
  readonly noise: Flow<Tensor4D> | null
  readonly classes: number
}

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
    const model = vectorPresets[preset](features, { key: forFlow, context: classes }, values)
    return vectorModel({ model: model as Flow<Tensor>, noise: null, classes })
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
  const model = glow(event, { levels, steps, network, context: classes, key: forFlow }) as Flow<Tensor>
  return imageModel({ model, noise: values.noise === 'variational' ? noiseOf(event, forNoise) : null, classes })
}

/** Two couplings that see the image: each half of the pixels' noise in turn. */
function noiseOf(shape: readonly [number, number, number], k: Key): Flow<Tensor4D> {
  const options = { mask: 'checkerboard', context: shape[2], network: convNetwork({ width: 16, blocks: 1 }) } as const
  const couplings = split(k).map((own, i) => affineCoupling(shape, { ...options, flip: i === 1, key: own }))
  return flow<Tensor4D>({ transforms: [logit(shape), ...couplings] })
}

function vectorModel({ model, noise, classes }: Parts): FamilyModel {
  const vectors = model as Flow
  const context = contextOf(classes)
  const perClass = classes > 0 ? { context: (batch: Batch) => context(batch.labels!) } : {}
  return {
    shape: model.shape,
    trainable: forwardKl<Batch>(vectors as Flow<Tensor>, perClass),
    config: { flow: model.config, noise, classes },
    lossUnit: 'nats',
    classes,
    ...(classes === 0 && { latent: vectors }),
    initialize: ({ x, labels }) => tidy(() => model.initialize(x, given(classes, labels))),
    ...(model.size === 2 && {
      density: async (options, label = 0) => {
        const condition = given(classes, [label])
        const picture = await densityPicture(vectors, { ...options, ...condition })
        condition.context?.dispose()
        return picture
      },
    }),
    sample: async ({ count, key: k, labels }) =>
      tidy(() => model.sample(count, k, given(classes, wanted(count, classes, labels)))),
  }
}

function imageModel({ model, noise, classes }: Parts): FamilyModel {
  const context = contextOf(classes)
  const images = imageFlow({
    flow: model as Flow<Tensor4D>,
    dequantizer: noise ? variationalDequantizer(noise) : uniformDequantizer(),
    ...(classes > 0 && { context: (batch) => context((batch as Batch).labels!) }),
  })
  return {
    shape: model.shape,
    trainable: images as Trainable<Batch>,
    config: { flow: model.config, noise: noise?.config ?? null, classes },
    lossUnit: 'bits per dimension',
    classes,
    ...(classes === 0 && { latent: model }),
    initialize: ({ x, labels }, k) => tidy(() => images.initialize(x as Tensor4D, k, given(classes, labels))),
    sample: async ({ count, key: k, labels }) =>
      tidy(() => images.sample(count, k, given(classes, wanted(count, classes, labels)))),
  }
}

type Labels = Tensor | number[]

/** One-hot classes. */
function contextOf(classes: number): (labels: Labels) => Tensor2D {
  return (labels) =>
    tidy(() => oneHot(Array.isArray(labels) ? tensor1d(labels, 'int32') : labels, classes, 1, 0, 'float32') as Tensor2D)
}

function given(classes: number, labels: Labels | undefined): { context?: Tensor2D } {
  return classes > 0 ? { context: contextOf(classes)(labels!) } : {}
}

/** Without a wish, all classes in turn: a column of the grid each. */
function wanted(count: number, classes: number, labels?: number[]): number[] {
  const turns = labels ?? Array.from({ length: classes }, (_, i) => i)
  const bad = turns.find((label) => label >= classes)
  if (bad !== undefined) throw refused(`--labels below ${classes}`, String(bad), 'see the model’s config.json')
  return Array.from({ length: count }, (_, i) => turns[i % turns.length]!)
}

function classesOf(classes: number | undefined): number {
  if (classes) return classes
  throw refused('data with labels for --conditional', 'data without', 'leave it out')
}

function refused(expected: string, got: string, remedy: string): GenError {
  return new GenError('config', `gen train flow: expected ${expected}, got ${got}; ${remedy}`)
}

/** `gen train flow`: couplings, splines and autoregressive layers for points and tables, Glow for images. */
export const flowFamily: Family<typeof flags> = {
  name: 'flow',
  description: 'a normalizing flow, with exact likelihood',
  flags,
  create,
  open(config) {
    const parsed = v.safeParse(stored, config)
    if (!parsed.success) {
      throw new GenError('file', `gen: expected the config of a flow model, got one with ${parsed.issues[0].message}`)
    }
    const { classes, noise } = parsed.output
    const model = flowFromConfig<Tensor>(parsed.output.flow, { key: key(0) })
    if (model.shape.length === 1) return vectorModel({ model, noise: null, classes })
    return imageModel({ model, noise: noise === null ? null : flowFromConfig<Tensor4D>(noise), classes })
  },
  optimizer({ learningRate }, steps) {
    const falling = cosineDecay({ from: learningRate, to: learningRate / 100, steps })
    return adam({ learningRate: warmup({ steps: Math.min(100, Math.ceil(steps / 10)), to: falling }) })
  },
}
