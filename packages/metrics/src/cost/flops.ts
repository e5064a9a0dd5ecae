/** Parameters and floating point operations of a model. @module */
import { refusal } from '@gen/backend'
import type { LayersModel, layers } from '@tensorflow/tfjs-layers'
import { layersWork } from './layers-work.ts'
import { nnWork } from './nn-work.ts'
import { noWork, type Work } from './work.ts'
import type { LayerFacts, WorkRule } from './work-of-layer.ts'

/** One layer's share; a layer that is used twice stands twice. */
export interface LayerCount {
  readonly name: string
  readonly kind: string
  /** Shape of the output, without the batch. */
  readonly output: readonly number[]
  readonly parameters: number
  readonly forward: number
  readonly backward: number
}

/** What {@link countFlops} found. Operations are per sample. */
export interface FlopCount {
  readonly parameters: number
  readonly trainableParameters: number
  /** Operations of one forward pass. */
  readonly forward: number
  /** Operations of one backward pass; a training step costs `forward + backward` (without the optimizer). */
  readonly backward: number
  readonly layers: readonly LayerCount[]
  /** Layers of a kind that no rule knows, as `name (kind)`: their operations are missing from the sums. */
  readonly unknown: readonly string[]
}

/** Options of {@link countFlops}. */
export interface CountFlopsOptions {
  /** Rules for layers of your own, by class name; they come before the ones built in. @default {} */
  rules?: Readonly<Record<string, WorkRule>>
}

type Node = LayersModel['nodesByDepth'][string][number]
type Layer = layers.Layer

/**
 * Counts parameters and floating point operations per sample, layer by layer, from a model's graph; nothing is run.
 *
 * A multiplication and an addition count as two; padding counts like data; an activation counts as one operation a
 * number, a softmax five, a normalization seven. Backward: a product costs the same again for its weights and for its
 * input, but the input's gradient is left out where nothing before trains (the first layer of a network), and the
 * weights' where a layer is frozen. Loss and optimizer are not counted. Arithmetic saved by clever kernels (Winograd)
 * is not subtracted.
 *
 * @throws GenError `shape` for a model with sizes that are not known (`null` in other places than the batch).
 * @see Green AI (Schwartz et al., 2019) https://arxiv.org/abs/1907.10597
 * @see A survey on variational autoencoders from a Green AI perspective (Asperti et al., 2021)
 * https://arxiv.org/abs/2103.01071
 * @example
 * const { parameters, forward, backward, unknown } = countFlops(model)
 */
export function countFlops(model: LayersModel, { rules = {} }: CountFlopsOptions = {}): FlopCount {
  const counts: LayerCount[] = []
  const unknown: string[] = []
  countModel(model, false, { ...layersWork, ...nnWork, ...rules }, counts, unknown)
  const total = (part: 'forward' | 'backward') => counts.reduce((sum, count) => sum + count[part], 0)
  return {
    parameters: parametersOf(model.weights),
    trainableParameters: parametersOf(model.trainableWeights),
    forward: total('forward'),
    backward: total('backward'),
    layers: counts,
    unknown: [...new Set(unknown)],
  }
}

/** @param trainsBefore - Whether the model's inputs come from something that trains. */
function countModel(
  model: LayersModel,
  trainsBefore: boolean,
  rules: Readonly<Record<string, WorkRule>>,
  counts: LayerCount[],
  unknown: string[],
): void {
  // A sequential model has its graph only once it is built.
  if (!model.built) model.build(model.inputs[0]!.shape)
  const depths = Object.keys(model.nodesByDepth).sort((a, b) => Number(b) - Number(a))
  const nodes = depths.flatMap((depth) => model.nodesByDepth[depth]!)
  const trained = new Map<Node, boolean>()
  for (const node of nodes) {
    const layer = node.outboundLayer
    const sources = node.inboundLayers.map((source, i) => source.inboundNodes[node.nodeIndices[i]!]!)
    const before = sources.length === 0 ? trainsBefore : sources.some((source) => trained.get(source))
    trained.set(node, before || layer.trainableWeights.length > 0)
    if ('nodesByDepth' in layer) {
      countModel(layer as unknown as LayersModel, before, rules, counts, unknown)
      continue
    }
    const kind = layer.getClassName()
    const rule = rules[kind]
    if (!rule) unknown.push(`${layer.name} (${kind})`)
    const facts = factsOf(layer, node)
    if (kind !== 'InputLayer') counts.push(countLayer(layer, kind, facts, rule?.(facts) ?? noWork, before))
  }
}

function countLayer(layer: Layer, kind: string, facts: LayerFacts, work: Work, before: boolean): LayerCount {
  return {
    name: layer.name,
    kind,
    output: facts.output,
    parameters: parametersOf(layer.weights),
    forward: work.forward,
    backward: work.weightGradient + (before ? work.inputGradient : 0),
  }
}

function factsOf(layer: Layer, node: Node): LayerFacts {
  const inputs = shapesOf(node.inputShapes).map((shape) => known(layer, shape))
  const weights = layer.weights.map((weight) => [lastName(weight.originalName), weight.shape as number[]])
  return {
    inputs,
    output: known(layer, shapesOf(node.outputShapes)[0]!),
    config: layer.getConfig(),
    weights: Object.fromEntries(weights),
    trains: layer.trainableWeights.length > 0,
  }
}

/** Weight names read `layer/kernel`. */
function lastName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

function shapesOf(shapes: Node['inputShapes']): (number | null)[][] {
  return Array.isArray(shapes[0]) ? (shapes as (number | null)[][]) : [shapes as (number | null)[]]
}

function known(layer: Layer, shape: readonly (number | null)[]): number[] {
  const sizes = shape.slice(1)
  if (sizes.every((n) => n !== null)) return sizes
  throw refusal('shape', 'metrics.countFlops', {
    expected: `known sizes at layer ${layer.name}`,
    got: `[${shape.map((n) => n ?? 'null').join(', ')}]`,
    remedy: 'build the model with a fixed input shape',
    details: { layer: layer.name, shape },
  })
}

function parametersOf(weights: Layer['weights']): number {
  return weights.reduce((sum, weight) => sum + weight.shape.reduce<number>((size, n) => size * (n ?? 0), 1), 0)
}
