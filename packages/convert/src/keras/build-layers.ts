/** From a graph and its weights to a model of layers. @module */
import { allOrNothing, GenError, refusal } from '@gen/backend'
import { type RawTensor, toTensor } from '@gen/io'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import * as v from 'valibot'
import { type GraphLayer, inOrder, type LayerGraph } from './layer-graph.ts'
import { layerMakers } from './layer-makers.ts'

/** The weights of a layer, in the order in which the layer has them. */
export type WeightsOf = (layer: GraphLayer) => readonly RawTensor[]

const dimension = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 24))
const batchShape = v.pipe(v.tupleWithRest([v.nullable(v.number())], dimension), v.minLength(2), v.maxLength(5))

/**
 * Builds the model. What a layer's weights must be is compared with those that the file has before any is made, so that nothing
 * larger than the file is allocated; when it fails, nothing is left.
 *
 * @throws GenError `config` for layers that are not supported, `shape` for weights that do not fit.
 */
export function buildLayers(where: string, graph: LayerGraph, weightsOf: WeightsOf): LayersModel {
  return allOrNothing(() => {
    try {
      return build(where, graph, weightsOf)
    } catch (cause) {
      if (GenError.is(cause)) throw cause
      const got = cause instanceof Error ? cause.message : String(cause)
      throw refusal('config', where, { expected: 'layers that fit each other', got: got.slice(0, 300), cause })
    }
  })
}

function build(where: string, graph: LayerGraph, weightsOf: WeightsOf): LayersModel {
  const made = new Map<string, SymbolicTensor>()
  const inputs: SymbolicTensor[] = []
  for (const layer of inOrder(where, graph.layers)) {
    if (layer.kind === 'InputLayer') {
      const x = inputOf(where, layer)
      inputs.push(x)
      made.set(layer.name, x)
      continue
    }
    made.set(
      layer.name,
      applied(where, layer, { from: layer.inputs.map((name) => made.get(name)!), weights: weightsOf(layer) }),
    )
  }
  const output = made.get(graph.output)
  if (output) return model({ inputs, outputs: output, name: graph.name })
  throw refusal('config', where, { expected: 'an output among the layers', got: graph.output.slice(0, 80) })
}

function inputOf(where: string, { name, config }: GraphLayer): SymbolicTensor {
  const parsed = v.safeParse(batchShape, config.batch_shape ?? config.batch_input_shape)
  if (parsed.success) return input({ name, shape: parsed.output.slice(1) })
  throw refusal('config', where, { expected: `a batch_shape of ${name} of known sizes`, got: 'another' })
}

interface Given {
  readonly from: readonly SymbolicTensor[]
  readonly weights: readonly RawTensor[]
}

function applied(where: string, layer: GraphLayer, { from, weights }: Given): SymbolicTensor {
  const { kind, name, config } = layer
  const maker = Object.hasOwn(layerMakers, kind) ? layerMakers[kind] : undefined
  if (!maker) {
    const expected = `layers among ${Object.keys(layerMakers).join(', ')}`
    throw refusal('config', where, { expected, got: `${kind.slice(0, 80)} (${name.slice(0, 80)})` })
  }
  const channels = from[0]?.shape.at(-1) ?? 0
  assertWeights(where, name, maker.weights?.(where, config) ?? [], { weights, channels })
  const own = maker.make(where, config, name)
  const [first] = from
  const y = own.apply(from.length > 1 ? [...from] : first!) as SymbolicTensor
  if (weights.length > 0) setWeights(own, weights)
  return y
}

function assertWeights(
  where: string,
  name: string,
  wanted: readonly (readonly (number | 'in')[])[],
  { weights, channels }: { weights: readonly RawTensor[]; channels: number },
): void {
  const shown = (shapes: readonly (readonly (number | string)[])[]) =>
    shapes.map((shape) => `[${shape}]`).join(' ') || 'none'
  const shapes = wanted.map((shape) => shape.map((n) => (n === 'in' ? channels : n)))
  const got = weights.map(({ shape }) => shape)
  if (shown(shapes) === shown(got)) return
  throw refusal('shape', where, { expected: `weights ${shown(shapes)} of ${name.slice(0, 80)}`, got: shown(got) })
}

function setWeights(own: { setWeights(values: Tensor[]): void }, weights: readonly RawTensor[]): void {
  tidy(() => own.setWeights(weights.map((weight) => toTensor(weight))))
}
