/** What a layers model computes, layer by layer, with the models inside it opened up. @module */
import { Variable } from '@tensorflow/tfjs-core'
import { LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers'

/** One layer where it is applied. */
export interface LayerNode {
  readonly name: string
  /** The layer's class name; `InputLayer` for what goes in. */
  readonly kind: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inputs: readonly LayerNode[]
  /** Of the result, without the batch; null where a size is free. */
  readonly shape: readonly (number | null)[]
  readonly dtype: string
  /** By the layer's own names. */
  readonly weights: Readonly<Record<string, Variable>>
}

/** The layers of a model in an order in which they can be computed. */
export interface LayerGraph {
  readonly inputs: readonly LayerNode[]
  /** All but the inputs. */
  readonly nodes: readonly LayerNode[]
  readonly output: LayerNode
}

/** Reads the graph of a model with one output. What layers are told comes before what they work on. */
export function layerGraph(model: LayersModel): LayerGraph {
  const nodes: LayerNode[] = []
  const inputs = model.inputs.map((input) => nodeOf(input, []))
  const known = new Map(model.inputs.map((input, i): [SymbolicTensor, LayerNode | undefined] => [input, inputs[i]]))
  const output = visit(outputOf(model), known, nodes)
  return { inputs, nodes, output }
}

type Known = Map<SymbolicTensor, LayerNode | undefined>

function visit(tensor: SymbolicTensor, known: Known, nodes: LayerNode[]): LayerNode {
  const seen = known.get(tensor)
  if (seen) return seen
  // From last to first: an embedding is ready before the blocks that take it.
  const inputs = [...tensor.inputs].reverse().map((input) => visit(input, known, nodes))
  const node = applied(tensor, inputs.reverse(), nodes)
  known.set(tensor, node)
  return node
}

function applied(tensor: SymbolicTensor, inputs: LayerNode[], nodes: LayerNode[]): LayerNode {
  const { sourceLayer } = tensor
  if (sourceLayer instanceof LayersModel) {
    const inner: Known = new Map(sourceLayer.inputs.map((input, i) => [input, inputs[i]]))
    return visit(outputOf(sourceLayer), inner, nodes)
  }
  const node = nodeOf(tensor, inputs)
  nodes.push(node)
  return node
}

function outputOf(model: LayersModel): SymbolicTensor {
  const [output] = model.outputs
  if (output === undefined) throw new RangeError(`${model.name} has no output`)
  return output
}

function nodeOf(tensor: SymbolicTensor, inputs: readonly LayerNode[]): LayerNode {
  const { sourceLayer: layer, shape, dtype } = tensor
  const weights = layer.weights.flatMap((weight) => {
    const value = weight.read()
    // The layer's name stands before its own.
    return value instanceof Variable ? [[weight.originalName.replace(/^.*\//, ''), value] as const] : []
  })
  return {
    name: layer.name,
    kind: layer.getClassName(),
    config: layer.getConfig(),
    inputs,
    shape: shape.slice(1),
    dtype,
    weights: Object.fromEntries(weights),
  }
}
