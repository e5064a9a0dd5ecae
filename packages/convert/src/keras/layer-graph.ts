/** What a Keras model is made of, whichever version wrote it. @module */
import { refusal } from '@gen/backend'
import * as v from 'valibot'

/** A layer: what it is, how it is set, and whose outputs it takes. */
export interface GraphLayer {
  readonly kind: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inputs: readonly string[]
}

/** Layers in the order of the file, one of them the input. */
export interface LayerGraph {
  readonly name: string
  readonly layers: readonly GraphLayer[]
  readonly output: string
}

/** More are no network that anyone trains here. */
const mostLayers = 10_000

const record = v.record(v.string(), v.unknown())
const layerSchema = v.object({
  class_name: v.string(),
  config: record,
  name: v.optional(v.string()),
  inbound_nodes: v.optional(v.array(v.unknown()), []),
})
const modelSchema = v.object({
  class_name: v.picklist(['Sequential', 'Functional', 'Model']),
  config: v.object({
    name: v.optional(v.string(), 'model'),
    layers: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(mostLayers)),
    output_layers: v.optional(v.unknown()),
  }),
})

/**
 * Reads the topology of a model of Keras 2 or 3, sequential or functional, with one input and one output.
 *
 * @throws GenError `config` for another topology: shared layers, several inputs or outputs, layers that are named twice.
 */
export function layerGraph(where: string, topology: unknown): LayerGraph {
  const parsed = v.safeParse(modelSchema, topology)
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw refused(
      where,
      'a Sequential or Functional model of Keras',
      `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
    )
  }
  const { class_name: kind, config } = parsed.output
  const described = kind === 'Sequential' ? withInput(config.layers) : config.layers
  const layers = described.map((layer, i): GraphLayer => {
    const name = layer.name ?? text(layer.config.name) ?? `${layer.class_name}_${i}`
    const own = { kind: layer.class_name, name, config: layer.config }
    if (kind !== 'Sequential') return { ...own, inputs: inputsOf(where, name, layer.inbound_nodes) }
    return { ...own, inputs: i === 0 ? [] : [nameAt(described, i - 1)] }
  })
  assertDistinct(where, layers)
  const output = kind === 'Sequential' ? layers.at(-1)!.name : outputOf(where, config.output_layers)
  assertOneInput(where, layers)
  return { name: config.name, layers, output }
}

type Described = v.InferOutput<typeof layerSchema>

/** Keras 2 tells a sequential model's input at its first layer. */
function withInput(layers: readonly Described[]): readonly Described[] {
  const [first] = layers
  const shape = first?.class_name === 'InputLayer' ? undefined : first?.config.batch_input_shape
  if (shape === undefined) return layers
  return [{ class_name: 'InputLayer', config: { name: 'input', batch_shape: shape }, inbound_nodes: [] }, ...layers]
}

function nameAt(layers: readonly Described[], i: number): string {
  const { name, config, class_name: kind } = layers[i]!
  return name ?? text(config.name) ?? `${kind}_${i}`
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Keras 3 names tensors by `keras_history`, Keras 2 by `[name, node, output, …]`. */
function inputsOf(where: string, name: string, nodes: readonly unknown[]): string[] {
  if (nodes.length === 0) return []
  if (nodes.length > 1) throw refused(where, `layer ${name} to be used once`, `${nodes.length} times`)
  const found: string[] = []
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 6) return
    if (Array.isArray(value)) {
      if (isHistory(value)) found.push(value[0])
      else for (const item of value) visit(item, depth + 1)
    } else {
      const { args, config, keras_history: history } = value as Record<string, unknown>
      for (const item of [args, config, history]) visit(item, depth + 1)
    }
  }
  visit(nodes[0], 0)
  if (found.length === 0) throw refused(where, `layer ${name} to say what it takes`, 'nothing')
  return found
}

function isHistory(value: readonly unknown[]): value is [string, 0, 0] {
  return typeof value[0] === 'string' && value[1] === 0 && value[2] === 0
}

function outputOf(where: string, outputs: unknown): string {
  const one = Array.isArray(outputs) && outputs.length === 1 && Array.isArray(outputs[0]) ? outputs[0] : outputs
  if (Array.isArray(one) && isHistory(one)) return one[0]
  throw refused(where, 'a model of one output', JSON.stringify(outputs)?.slice(0, 80) ?? 'none')
}

function assertDistinct(where: string, layers: readonly GraphLayer[]): void {
  const names = new Set<string>()
  for (const { name } of layers) {
    if (names.has(name)) throw refused(where, 'layers of different names', `two of ${name.slice(0, 80)}`)
    names.add(name)
  }
}

function assertOneInput(where: string, layers: readonly GraphLayer[]): void {
  const inputs = layers.filter(({ kind }) => kind === 'InputLayer')
  if (inputs.length === 1) return
  const remedy = 'begin it with keras.Input, or build it before it is saved'
  throw refusal('config', where, { expected: 'a model of one input', got: `${inputs.length} of them`, remedy })
}

/**
 * Each layer after those it takes from.
 *
 * @throws GenError `config` for layers that wait for each other, or for one that is not there.
 */
export function inOrder(where: string, layers: readonly GraphLayer[]): GraphLayer[] {
  const done = new Set<string>()
  const ordered: GraphLayer[] = []
  let rest = [...layers]
  while (rest.length > 0) {
    const ready = rest.filter((layer) => layer.inputs.every((name) => done.has(name)))
    if (ready.length === 0)
      throw refused(where, 'layers that take from earlier ones', `${rest[0]!.name.slice(0, 80)} that cannot`)
    for (const layer of ready) {
      done.add(layer.name)
      ordered.push(layer)
    }
    rest = rest.filter((layer) => !done.has(layer.name))
  }
  return ordered
}

function refused(where: string, expected: string, got: string): Error {
  return refusal('config', where, { expected, got, remedy: 'write a model of that kind with Keras' })
}
