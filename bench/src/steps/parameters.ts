/** Initial parameters by formula. @module */
import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Spec, sizeOf, spec } from '../spec.ts'

/** A variable and the name that the peer knows it by. */
export interface Named {
  readonly name: string
  readonly variable: Variable
}

/** The trained variables of layers models. */
export function namedWeights(...models: LayersModel[]): Named[] {
  const weights = models.flatMap(({ trainableWeights }) => trainableWeights)
  return weights.map((weight) => ({ name: weight.originalName, variable: weight.read() as Variable }))
}

/** Kernels of variance 1/fan-in, scales around 1, other vectors around 0; none is zero, so all of the network matters. */
export function parameterSpecs(variables: readonly Named[]): Record<string, Spec> {
  const specs = variables.map(({ name, variable: { shape } }, i) => [name, parameterSpec(name, shape, 100 + i)])
  return Object.fromEntries(specs)
}

function parameterSpec(name: string, shape: number[], seed: number): Spec {
  if (shape.length > 1) return spec(shape, seed, { scale: Math.sqrt(3 / sizeOf(shape.slice(0, -1))) })
  return spec(shape, seed, { mean: /scale\d?$/.test(name) ? 1 : 0, scale: 0.1 })
}
