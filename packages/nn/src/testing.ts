/** For this package's tests. @module */
import { fold, type Key, normalArray } from '@gen/backend'
import {
  add,
  addN,
  dispose,
  grads,
  io,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core'
import {
  input,
  type LayersModel,
  type layers,
  loadLayersModel,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'

/** Numbers of a key as a tensor. */
export function numbers(k: Key, shape: readonly number[], scale = 1): Tensor {
  const size = shape.reduce((product, n) => product * n, 1)
  return tensor(
    normalArray(k, 1, size).map((value) => scale * value),
    [...shape],
  )
}

/** A model of one layer, for inputs of the given shapes, batch included. */
export function modelOf(layer: layers.Layer, shapes: readonly (readonly number[])[], dtype?: 'int32'): LayersModel {
  const inputs = shapes.map((shape) => input({ shape: shape.slice(1), ...(dtype && { dtype }) }))
  return model({ inputs, outputs: layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as SymbolicTensor })
}

/** Runs a model on tensors, in training mode if asked. */
export function run(network: LayersModel, inputs: Tensor[], training = false): Tensor {
  return tidy(() => network.apply(inputs.length === 1 ? inputs[0]! : inputs, { training }) as Tensor)
}

/** Moves all weights off their initial values, so that no gradient is zero by symmetry or by a zero kernel. */
export function perturb(network: LayersModel, k: Key): void {
  tidy(() => {
    const values = network.weights.map((weight, i) =>
      add(weight.read(), numbers(fold(k, i), weight.shape as number[], 0.3)),
    )
    network.setWeights(values)
  })
}

/** Saves to JSON and bytes, as a file would hold them, and loads. */
export async function saveAndLoad(network: LayersModel): Promise<LayersModel> {
  let saved: io.ModelArtifacts | undefined
  const handler = io.withSaveHandler(async (artifacts) => {
    saved = artifacts
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
  })
  await network.save(handler)
  const { modelTopology, weightSpecs, weightData } = saved!
  return loadLayersModel(
    io.fromMemory({ modelTopology: JSON.parse(JSON.stringify(modelTopology)), weightSpecs, weightData }),
  )
}

/**
 * With `f = Σ (∂L/∂x)²` for `L = Σ c·y²`, what a gradient penalty takes of a discriminator: the derivative of f along a
 * direction in all float inputs and trainable weights, by a gradient of the gradient and by a finite difference.
 */
export function secondOrder(network: LayersModel, inputs: Tensor[], k: Key): [derivative: number, difference: number] {
  const variables = network.trainableWeights.map((weight) => weight.read() as Variable)
  const points = [...inputs.filter((x) => x.dtype === 'float32'), ...variables].map((tensor) => tensor.clone())
  const directions = unitDirections(points, k)
  const penalty = (...xs: Tensor[]) => penaltyOf(network, [...xs, ...inputs.filter((x) => x.dtype !== 'float32')], k)
  const floats = points.length - variables.length
  const derivative = tidy(() => {
    const forInputs = grads(penalty)(points.slice(0, floats))
    const forVariables =
      variables.length === 0 ? {} : variableGrads(() => penalty(...points.slice(0, floats)) as Scalar, variables).grads
    const all = [...forInputs, ...variables.map(({ name }) => forVariables[name]!)]
    return all.reduce((total, gradient, i) => total + sum(mul(gradient, directions[i]!)).dataSync()[0]!, 0)
  })
  const at = (t: number) =>
    tidy(() => {
      const moved = points.map((point, i) => add(point, mul(directions[i]!, t)))
      for (const [i, variable] of variables.entries()) variable.assign(moved[floats + i]!)
      return penalty(...moved.slice(0, floats)).dataSync()[0]!
    })
  const difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
  for (const [i, variable] of variables.entries()) variable.assign(points[floats + i]!)
  dispose([points, directions])
  return [derivative, difference]
}

const step = 0.02

function penaltyOf(network: LayersModel, inputs: Tensor[], k: Key): Tensor {
  const floats = inputs.filter((x) => x.dtype === 'float32')
  const loss = (...xs: Tensor[]) => {
    // A square first, so that layers that are linear in x are tested as well.
    const bent = xs.map((x) => add(x, mul(square(x), 0.5)))
    const y = run(network, [...bent, ...inputs.slice(floats.length)])
    return sum(mul(square(y), add(numbers(fold(k, 1), y.shape), 2)))
  }
  return addN(grads(loss)(floats).map((gradient) => sum(square(gradient))))
}

function unitDirections(points: Tensor[], k: Key): Tensor[] {
  return tidy(() => {
    const raw = points.map((point, i) => numbers(fold(k, 100 + i), point.shape))
    const length = Math.sqrt(raw.reduce((total, d) => total + sum(square(d)).dataSync()[0]!, 0))
    return raw.map((d) => mul(d, 1 / length))
  })
}
