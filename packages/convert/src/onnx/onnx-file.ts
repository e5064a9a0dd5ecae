/** ONNX files: opset 20, IR 9. @module */
import { float, integer, join, message, text } from './protobuf.ts'

/** What an element is. */
export type OnnxType = 'float32' | 'int32' | 'bool' | 'int64'

/** A tensor in the file. */
export interface Initializer {
  readonly name: string
  readonly dims: readonly number[]
  readonly type: OnnxType
  readonly data: Float32Array | Int32Array | Uint8Array | BigInt64Array
}

/** An attribute: whole numbers and lists of them; floats and text are said by their kind. */
export type Attribute = number | readonly number[] | { readonly float: number } | { readonly text: string }

/** A node of the graph. */
export interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>> | undefined
}

/** What goes in or comes out; a dimension that is text is free. */
export interface GraphValue {
  readonly name: string
  readonly dims: readonly (number | string)[]
  readonly type: OnnxType
}

/** A graph. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly Initializer[]
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
}

/** ONNX's numbers of element types. */
export const typeNumbers: Readonly<Record<OnnxType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }

/**
 * The bytes of an ONNX file. Field numbers are those of `onnx.proto`, which never change.
 *
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export function encodeOnnx({ nodes, initializers, inputs, outputs }: OnnxGraph): Uint8Array {
  const graph = join([
    ...nodes.map((node) => message(1, nodeBytes(node))),
    text(2, 'gen'),
    ...initializers.map((initializer) => message(5, tensorBytes(initializer))),
    ...inputs.map((value) => message(11, valueBytes(value))),
    ...outputs.map((value) => message(12, valueBytes(value))),
  ])
  return join([integer(1, 9), text(2, 'gen'), message(7, graph), message(8, integer(2, 20))])
}

function nodeBytes({ op, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array {
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs[0]!),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeBytes(name, value))),
  ])
}

function attributeBytes(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number') return join([text(1, name), integer(3, value), integer(20, 2)])
  if ('float' in value) return join([text(1, name), float(2, value.float), integer(20, 1)])
  if ('text' in value) return join([text(1, name), text(4, value.text), integer(20, 3)])
  return join([text(1, name), ...value.map((n) => integer(8, n)), integer(20, 7)])
}

function tensorBytes({ name, dims, type, data }: Initializer): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return join([...dims.map((n) => integer(1, n)), integer(2, typeNumbers[type]), text(8, name), message(9, bytes)])
}

function valueBytes({ name, dims, type }: GraphValue): Uint8Array {
  const dimensions = dims.map((n) => message(1, typeof n === 'string' ? text(2, n) : integer(1, n)))
  const tensor = join([integer(1, typeNumbers[type]), message(2, join(dimensions))])
  return join([text(1, name), message(2, message(1, tensor))])
}
