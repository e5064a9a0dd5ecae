/** Networks of any make: one calling convention, and an adapter into it. @module */
import { type JsonObject, refusal } from '@gen/backend'
import type { Network } from '@gen/model'
import { cast, expandDims, type Tensor, tidy, Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** What {@link adaptNetwork} makes of a layers model. */
export interface AdaptedNetwork extends Network {
  /** The layers model behind it: `countFlops` of `@gen/metrics` takes it. */
  readonly model: LayersModel
}

/**
 * Brings a network into the one calling convention; a {@link Network} stays as it is. A layers model has the inputs x and,
 * if it takes them, label int32 `[batch, 1]` and a context, a vector by that name or of any other shape.
 *
 * @param where - The package that asks, for errors.
 * @param config - How a layers model was made, if that shall be kept.
 * @throws GenError `config` for a layers model with other inputs or outputs.
 * @example
 * const network = adaptNetwork('nn', mlp({ inputs: 2, outputs: 2, key: key(0) }))
 */
export function adaptNetwork(where: string, network: LayersModel, config?: JsonObject): AdaptedNetwork
export function adaptNetwork(where: string, network: Network | LayersModel, config?: JsonObject): Network
export function adaptNetwork(where: string, network: Network | LayersModel, config?: JsonObject): Network {
  if (!('inputs' in network)) return network
  const shapes = [...network.inputs, ...network.outputs].map(({ shape }) => shape)
  const [x, ...told] = network.inputs.map(({ name, shape }) => ({ name, shape: shape.slice(1) }))
  const output = network.outputs[0]!.shape.slice(1)
  const contexts = told.filter(({ name, shape }) => name.startsWith('context') || shape.length > 1)
  const labels = told.length > contexts.length
  const context = contexts[0]?.shape
  const fits = contexts.length <= 1 && told.length <= contexts.length + 1 && network.outputs.length === 1
  if (!fits || !isKnown(x!.shape) || !isKnown(output) || (context && !isKnown(context))) {
    const got = shapes.map((shape) => `[${shape.map((n) => n ?? 'any').join(', ')}]`).join(', ')
    throw refusal('config', `${where}.adaptNetwork`, {
      expected: 'inputs x of a fixed size and, if used, label [batch, 1] and a context, and one output',
      got,
    })
  }
  const adapted: AdaptedNetwork = {
    inputShape: x!.shape as number[],
    outputShape: output as number[],
    labels,
    ...(context && { context: context as number[] }),
    model: network,
    ...(config && { config }),
    variables: () => network.trainableWeights.map((weight) => variableOf(where, weight)),
    state: () => network.nonTrainableWeights.map((weight) => variableOf(where, weight)),
    apply: (input, given = {}) =>
      tidy(() => {
        const { label, context: known, training = false } = given
        // In the order in which the layers model has them.
        const beside = told.map((one) => {
          if (one === contexts[0]) return known ?? missing(where, 'a context')
          return cast(expandDims(label ?? missing(where, 'labels'), 1), 'int32')
        })
        return network.apply(beside.length > 0 ? [input, ...beside] : input, { training }) as Tensor
      }),
  }
  return adapted
}

function missing(where: string, what: string): never {
  throw refusal('config', where, { expected: `${what}, which the network takes`, got: 'none' })
}

function isKnown(shape: readonly (number | null)[]): shape is readonly number[] {
  return shape.length > 0 && shape.every((n) => n !== null)
}

type Weight = LayersModel['weights'][number]

/** tfjs-layers refuses to read a weight once it is disposed, and a model may be disposed twice. */
const read = new WeakMap<Weight, Variable>()

/** tfjs-layers reads a weight as the variable itself. */
function variableOf(where: string, weight: Weight): Variable {
  const value = read.get(weight) ?? weight.read()
  if (value instanceof Variable) {
    read.set(weight, value)
    return value
  }
  throw refusal('config', `${where}.adaptNetwork`, {
    expected: 'weights that read as variables',
    got: 'a plain tensor',
  })
}
