/** Denoising networks: one calling convention, and adapters into it. @module */
import { type JsonObject, type Key, refusal } from '@gen/backend'
import { cast, expandDims, type Tensor, type Tensor1D, tidy, Variable, zeros } from '@tensorflow/tfjs-core'

/** What a network may be told besides the noisy input. */
export interface DenoisingCondition {
  /** Class of each row, int32 `[batch]`; the number of classes itself means "no class". */
  readonly label?: Tensor1D
  /** What else is known, `[batch, …]`, images with a range in [−1, 1]; zeros for nothing. */
  readonly context?: Tensor
  /** An earlier x̂₀ of the same data, for a model with self-conditioning; zeros where there is none. */
  readonly clean?: Tensor
  /** How the data were augmented, `[batch, size]`; zeros, for not at all, where there is none. */
  readonly augmentation?: Tensor
}

/** How a network is called. */
export interface DenoiseOptions {
  /** True in training, where dropout drops. @default false */
  readonly training?: boolean
  /** Draws what dropout drops. */
  readonly key?: Key
}

/**
 * A network's function: predicts the noise in x, the lecture's ε_θ(x_t, α_t), or what else the model's `prediction` says.
 *
 * @param x - `[batch, …]` of unit variance.
 * @param alpha - Signal ratio of each row, in (0, 1), `[batch]`; 0 where the schedule ends without signal.
 * @returns The prediction, of the shape of x; the caller's.
 */
export type Denoiser = (x: Tensor, alpha: Tensor1D, condition?: DenoisingCondition, options?: DenoiseOptions) => Tensor

/** Which conditions a network takes, where it says so. */
export interface NetworkConditions {
  readonly label?: boolean
  /** Shape of one row of the context; null for none. */
  readonly context?: readonly number[] | null
  /** Whether an item may have another size than the network's `shape`, with as many channels. */
  readonly anySize?: boolean
  /** Size of the vector that says how data were augmented; 0 for none. */
  readonly augmentation?: number
}

/** A network of your own. */
export interface DenoisingNetwork {
  /** Shape of one item, without the batch. */
  readonly shape: readonly number[]
  readonly denoise: Denoiser
  /** What training changes, always in the same order. */
  variables(): Variable[]
  /** What a forward pass changes, such as moving means. */
  state?(): Variable[]
  /** Which conditions it takes, where it says so: a model that would feed it others is refused. */
  readonly takes?: NetworkConditions
  /** How it was made, as plain JSON. */
  readonly config?: JsonObject
}

/**
 * The part of a `tf.LayersModel` that diffusion calls. Inputs in this order, those not used left out: x `[batch, …]`, alpha
 * `[batch, 1]`, label int32 `[batch, 1]`, a context by that name or of rank 3 or 4, augmentation `[batch, size]` by that name. `unet` of
 * `@gen/unet` makes such models.
 */
export interface LayersNetwork {
  readonly inputs: readonly { readonly shape: readonly (number | null)[]; readonly name?: string }[]
  readonly trainableWeights: readonly LayersWeight[]
  readonly nonTrainableWeights: readonly LayersWeight[]
  apply(inputs: Tensor[], options?: { training?: boolean; key?: Key }): unknown
  /** How it was made, as plain JSON, where it says so: `unet` does. */
  readonly config?: JsonObject
}

/** A weight of a {@link LayersNetwork}. */
export interface LayersWeight {
  read(): Tensor
}

/** A network, however it was given. */
export interface AdaptedNetwork extends DenoisingNetwork {
  readonly takes: NetworkConditions
}

/**
 * Brings a network into the one calling convention.
 *
 * @throws GenError `config` for a layers model with other inputs.
 */
export function adaptNetwork(network: DenoisingNetwork | LayersNetwork): AdaptedNetwork {
  if (!('inputs' in network)) return bound(network)
  const { shape, ...takes } = inputsOf(network)
  const { label, context, augmentation } = takes
  return {
    shape,
    ...(network.config && { config: network.config }),
    takes,
    variables: () => network.trainableWeights.map(variableOf),
    state: () => network.nonTrainableWeights.map(variableOf),
    denoise: (input, ratio, condition = {}, { training = false, key } = {}) =>
      tidy(() => {
        const inputs = [input, expandDims(ratio, 1)]
        if (label) inputs.push(cast(expandDims(needed('label', condition.label), 1), 'int32'))
        if (context) inputs.push(needed('context', condition.context))
        if (augmentation > 0) inputs.push(condition.augmentation ?? zeros([input.shape[0] ?? 0, augmentation]))
        return network.apply(inputs, { training, ...(key && { key }) }) as Tensor
      }),
  }
}

/** What the inputs of a layers model are: a vector that is told of is known from labels by its name. */
function inputsOf({ inputs, config }: LayersNetwork): Required<NetworkConditions> & { shape: number[] } {
  const named = (name: string) => inputs.find((input) => input.name?.startsWith(name))
  const [x, alpha, ...others] = inputs
  const augmentation = named('augmentation')
  const context = named('context') ?? others.find(({ shape }) => shape.length > 2)
  const labels = others.filter((input) => input !== augmentation && input !== context)
  const rowOf = (input: typeof x): Sizes => (input?.shape ?? []).slice(1)
  // A network of any size says which is its usual one.
  const usual = Array.isArray(config?.shape) ? (config.shape as number[]) : []
  const shape = rowOf(x).map((n, axis) => n ?? usual[axis] ?? null)
  const row = rowOf(context)
  const isKnown = shape.length > 0 && isFixed(shape) && isFixed(row)
  if (!isKnown || alpha?.shape.length !== 2 || labels.length > 1 || labels.some((input) => input.shape.length !== 2)) {
    throw refusal('config', 'diffusion.diffusion', {
      expected:
        'a network with inputs x of a fixed size, alpha [batch, 1], then label [batch, 1] and a context if used',
      got: inputs.map((input) => `[${input.shape.map((n) => n ?? 'batch').join(', ')}]`).join(', '),
    })
  }
  const size = augmentation?.shape[1] ?? 0
  const takes = { label: labels.length > 0, context: context ? row : null, augmentation: size }
  return { shape: [...shape], ...takes, anySize: rowOf(x).includes(null) }
}

type Sizes = readonly (number | null)[]

function isFixed(sizes: Sizes): sizes is readonly number[] {
  return sizes.every((n) => n !== null)
}

/** Methods may live on a prototype, where a spread does not reach. */
function bound(network: DenoisingNetwork): AdaptedNetwork {
  const { shape, takes = {}, config } = network
  return {
    shape,
    takes,
    ...(config && { config }),
    denoise: (x, alpha, condition, options) => network.denoise(x, alpha, condition, options),
    variables: () => network.variables(),
    state: () => network.state?.() ?? [],
  }
}

function needed<T>(name: string, value: T | undefined): T {
  if (value !== undefined) return value
  throw refusal('config', 'diffusion.denoise', {
    expected: `a ${name}, which the network takes`,
    got: 'none',
    remedy: `pass { ${name} }`,
  })
}

/** tfjs-layers refuses to read a weight once it is disposed, and a model may be disposed twice. */
const read = new WeakMap<LayersWeight, Variable>()

/** tfjs-layers reads a weight as the variable itself. */
function variableOf(weight: LayersWeight): Variable {
  const value = read.get(weight) ?? weight.read()
  if (value instanceof Variable) {
    read.set(weight, value)
    return value
  }
  throw refusal('config', 'diffusion.diffusion', { expected: 'weights that read as variables', got: 'a plain tensor' })
}
