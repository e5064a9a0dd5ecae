/** The class of one network: its layers by name, and the way through them. @module */
import { refusal } from '@gen/backend'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { NamedWeight } from '../weights/named-weight.ts'
import { type LayerNode, layerGraph } from './layer-graph.ts'
import { writeLayer } from './layer-writers.ts'
import { pythonName } from './python-name.ts'
import { type PythonText, type WrittenLayer, where } from './written-layer.ts'

/** An argument of `forward`. */
export interface PythonInput {
  readonly name: string
  /** Of one row, as PyTorch has it. */
  readonly shape: readonly (number | null)[]
  readonly isInteger: boolean
}

/** A network in Python. */
export interface NetworkClass extends PythonText {
  readonly inputs: readonly PythonInput[]
  /** Of one row of the result, as PyTorch has it. */
  readonly output: readonly (number | null)[]
  /** All weights by their names below the class. */
  readonly weights: readonly NamedWeight[]
}

/** A layer with the name that it has in Python. */
interface Step {
  readonly node: LayerNode
  /** Past the layers that only rename what they take. */
  readonly inputs: readonly LayerNode[]
  readonly attribute: string
  readonly written: WrittenLayer
}

/** Writes a layers model as a class; `about` is the first line of its documentation. */
export function networkClass(name: string, model: LayersModel, about: string): NetworkClass {
  const { inputs, nodes, output } = layerGraph(model)
  const steps = stepsOf(nodes)
  const isSequence = (input: LayerNode) =>
    steps.some((step) => step.node.kind === 'GenCrossAttention' && step.inputs[1] === input)
  const args = inputs.map((input) => inputOf(input, isSequence(input)))
  const shape = firstChannels(output)
  const shapes = args.map((input) => `${input.name} ${shapeText(input.shape)}`).join(', ')
  const modules = steps.flatMap(({ attribute, written: { module } }) =>
    module === undefined ? [] : [`        self.${attribute} = ${module}`],
  )
  const text = [
    `class ${name}(nn.Module):`,
    `    """${about}."""`,
    '',
    '    def __init__(self):',
    '        super().__init__()',
    ...new Set(modules),
    '',
    `    def forward(self, ${args.map((input) => input.name).join(', ')}):`,
    `        """${shapes} → ${shapeText(shape)}"""`,
    ...forwardLines(steps, inputs, args),
  ].join('\n')
  const weights = steps.flatMap(weightsOf)
  return { name, text, uses: steps.flatMap(({ written }) => written.uses ?? []), inputs: args, output: shape, weights }
}

function weightsOf({ node, attribute, written: { weights = {} } }: Step): NamedWeight[] {
  return Object.entries(node.weights).map(([own, variable]) => {
    const place = Object.hasOwn(weights, own) ? weights[own] : undefined
    if (place === undefined) {
      throw refusal('config', where, {
        expected: `weights ${Object.keys(weights).join(', ')} of ${node.kind}`,
        got: own,
      })
    }
    const [name, layout] = place
    return { name: `${attribute}.${name}`, layout, shape: variable.shape, variable }
  })
}

/** Labels and noise levels are `[batch]` there; a sequence of vectors is as it is here. */
function inputOf({ name, shape, dtype }: LayerNode, isSequence: boolean): PythonInput {
  const isInteger = dtype === 'int32'
  const plain = pythonName(name.replace(/^.*_(?=[xz]$)/, ''))
  const isOne = shape.length === 1 && shape[0] === 1 && (isInteger || plain === 'alpha')
  return { name: plain, isInteger, shape: isOne ? [] : isSequence ? shape : channelsFirst(shape) }
}

/** Rank 2 is a signal, but where its places are tokens. */
function firstChannels({ kind, shape }: LayerNode): readonly (number | null)[] {
  return kind === 'GenDense' ? shape : channelsFirst(shape)
}

function channelsFirst(shape: readonly (number | null)[]): (number | null)[] {
  return shape.length === 1 ? [...shape] : [shape.at(-1) ?? null, ...shape.slice(0, -1)]
}

/** `[batch, 3, 32, 32]`. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${['batch', ...shape.map((n) => n ?? 'any')].join(', ')}]`
}

/** The layers that do something. */
function stepsOf(nodes: readonly LayerNode[]): Step[] {
  const sources = new Map<LayerNode, LayerNode>()
  const sourceOf = (node: LayerNode) => sources.get(node) ?? node
  return nodes.flatMap((node) => {
    const attribute = pythonName(node.name)
    const written = writeLayer(node, `self.${attribute}`)
    const inputs = node.inputs.map(sourceOf)
    const isRename = written.module === undefined && written.call?.(...inputs.map((_, i) => `x${i}`)) === 'x0'
    if (!isRename || inputs[0] === undefined) return [{ node, inputs, attribute, written }]
    sources.set(node, inputs[0])
    return []
  })
}

/** A line for each layer: `h` where the next line alone takes it, else a name of its own. */
function forwardLines(steps: readonly Step[], inputs: readonly LayerNode[], args: readonly PythonInput[]): string[] {
  const names = new Map(inputs.map((input, i) => [input, args[i]?.name ?? 'x']))
  return steps.map(({ node, inputs: read, attribute, written }, i) => {
    const { call = (...all: string[]) => `self.${attribute}(${all.join(', ')})` } = written
    const result = call(...read.map((input) => names.get(input) ?? 'h'))
    if (i === steps.length - 1) return `        return ${result}`
    const isLocal = steps.every((step, at) => at === i + 1 || !step.inputs.includes(node))
    const isTaken = args.some(({ name }) => name === attribute)
    const name = isLocal ? 'h' : isTaken ? `${attribute}_` : attribute
    names.set(node, name)
    return `        ${name} = ${result}`
  })
}
