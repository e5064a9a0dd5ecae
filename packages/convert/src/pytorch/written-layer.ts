/** A layer as PyTorch has it. @module */
import { refusal } from '@gen/backend'
import type { WeightShape } from '../weights/named-weight.ts'
import type { LayerNode } from './layer-graph.ts'

/** A class or a function of `model.py`. */
export interface PythonText {
  readonly name: string
  readonly text: string
  /** What stands before it. */
  readonly uses?: readonly PythonText[]
}

/** Where a weight is below its module, and how its axes lie. */
export type WeightPlace = readonly [name: string, layout: WeightShape['layout']]

/** A layer in Python. */
export interface WrittenLayer {
  /** What makes the module; none for a layer that is an expression. */
  readonly module?: string
  /** The result, of inputs in Python. @default the module called with all inputs */
  readonly call?: (...inputs: string[]) => string
  /** By the layer's own names. */
  readonly weights?: Readonly<Record<string, WeightPlace>>
  readonly uses?: readonly PythonText[]
}

/** Writes layers of one kind; `self` is the module in `forward`. */
export type LayerWriter = (node: LayerNode, self: string) => WrittenLayer

export const where = 'convert.modelToPytorch'

/** Refuses a layer. */
export function refuseLayer({ name, kind }: LayerNode, expected: string, remedy?: string): never {
  throw refusal('config', where, { expected, got: `${name} (${kind})`, remedy })
}

/** The shape of the input at a place, without the batch. */
export function inputShape(node: LayerNode, place = 0): readonly (number | null)[] {
  return node.inputs[place]?.shape ?? refuseLayer(node, `an input ${place}`)
}

/** Channels of the input at a place: the last axis here, the second there. */
export function channelsIn(node: LayerNode, place = 0): number {
  return inputShape(node, place).at(-1) ?? refuseLayer(node, 'inputs with a number of channels')
}

/** Channels of the result. */
export function channelsOut(node: LayerNode): number {
  return node.shape.at(-1) ?? refuseLayer(node, 'a result with a number of channels')
}

/** How many axes positions have: 2 for images, 1 for signals, 0 for vectors. */
export function positionAxes(node: LayerNode, place = 0): number {
  return inputShape(node, place).length - 1
}

/** The functions of `@gen/nn`'s activations. */
const activations: Readonly<Record<string, (x: string) => string>> = {
  linear: (x) => x,
  relu: (x) => `F.relu(${x})`,
  leakyRelu: (x) => `F.leaky_relu(${x}, 0.2)`,
  silu: (x) => `F.silu(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
}

/** An activation of an expression. */
export function activated(node: LayerNode, x: string, name: unknown = node.config.activation): string {
  const activation = Object.hasOwn(activations, String(name)) ? activations[String(name)] : undefined
  if (activation === undefined) return refuseLayer(node, `an activation of ${Object.keys(activations).join(', ')}`)
  return activation(x)
}
