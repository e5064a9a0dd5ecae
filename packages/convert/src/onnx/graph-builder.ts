/** An ONNX graph of two traces of one function, at two sizes of the batch. @module */
import { refusal } from '@gen/backend'
import type { Attribute, Initializer, OnnxNode, OnnxType } from './onnx-file.ts'
import type { KernelCall, Value } from './trace.ts'

/** A size that is the same for all batches, or so many for each row. */
export type Size = number | { readonly perRow: number }

/** A value at both sizes of the batch. */
export interface ValuePair {
  readonly a: Value
  readonly b: Value
}

/** A call at both sizes of the batch, and how to write it. */
export interface CallPair {
  readonly kernel: string
  /** Names of its inputs. */
  readonly names: readonly string[]
  /** ONNX's name of an input, or of an optional one that is not there. */
  input(name: string): string
  optional(name: string): string | undefined
  list(name: string): string[]
  /** Sizes of an input. */
  shape(name: string): Size[]
  /** The tensor of an input. */
  value(name: string): ValuePair
  /** Sizes of the first output. */
  outputShape(): Size[]
  /** An attribute, the same at both sizes. */
  attribute<T>(name: string): T
  /** An attribute that lists sizes. */
  sizes(name: string): Size[]
  /** ONNX's names of the outputs. */
  readonly outputs: readonly string[]
}

/** Nodes and tensors, as they are made. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = []
  readonly initializers: Initializer[] = []
  readonly #where: string
  readonly #batches: readonly [number, number]
  readonly #inputs: readonly string[]
  readonly #constants = new Map<Value, string>()
  #names = 0
  #rows: string | undefined

  constructor(where: string, batches: readonly [number, number], inputs: readonly string[]) {
    this.#where = where
    this.#batches = batches
    this.#inputs = inputs
  }

  /** A name that no other value has. */
  name(): string {
    this.#names += 1
    return `v${this.#names}`
  }

  /** Adds a node of one output; its name. */
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    output: string = this.name(),
  ): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes })
    return output
  }

  /** A constant of whole numbers, such as a shape. */
  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#initializer(dims, 'int64', BigInt64Array.from(values, BigInt))
  }

  /** A constant of one number. */
  number(value: number): string {
    return this.#initializer([], 'float32', Float32Array.of(value))
  }

  /** The name of a value. */
  of({ a, b }: ValuePair): string {
    if (a.kind === 'input') return this.#inputs[a.index]!
    if (a.kind === 'output') return outputName(a.call, a.place)
    const known = this.#constants.get(a)
    if (known !== undefined) return known
    const name = this.#constant(a, b)
    this.#constants.set(a, name)
    return name
  }

  /** A shape as whole numbers, those that depend on the batch computed when it runs. */
  shape(sizes: readonly Size[]): string {
    const free = sizes.filter((size) => typeof size !== 'number')
    if (free.length === 0) return this.integers(sizes as number[])
    const parts = sizes.map((size) => {
      if (typeof size === 'number') return this.integers([size])
      return size.perRow === 1 ? this.#rowCount() : this.node('Mul', [this.#rowCount(), this.integers([size.perRow])])
    })
    return this.node('Concat', parts, { axis: 0 })
  }

  /** The sizes of two lists, at the two batches. */
  sizes(a: readonly number[], b: readonly number[]): Size[] {
    return a.map((size, i) => {
      const other = b[i]!
      if (size === other) return size
      const [first, second] = this.#batches
      if (size / first === other / second && Number.isInteger(size / first)) return { perRow: size / first }
      throw refusal('config', this.#where, {
        expected: 'sizes in proportion to the batch',
        got: `${size} and ${other}`,
      })
    })
  }

  /** A call at both batches. */
  pair(index: number, a: KernelCall, b: KernelCall): CallPair {
    const found = (name: string): ValuePair => ({ a: a.inputs[name] as Value, b: b.inputs[name] as Value })
    const given = (name: string) => a.attributes[name]
    return {
      kernel: a.kernel,
      names: Object.keys(a.inputs),
      input: (name) => this.of(found(name)),
      optional: (name) => (a.inputs[name] === undefined ? undefined : this.of(found(name))),
      list: (name) => {
        const [first, second] = [a.inputs[name] as Value[], b.inputs[name] as Value[]]
        return first.map((value, i) => this.of({ a: value, b: second[i]! }))
      },
      shape: (name) => this.sizes(found(name).a.shape, found(name).b.shape),
      value: found,
      outputShape: () => this.sizes(a.outputs[0]!.shape, b.outputs[0]!.shape),
      attribute: <T>(name: string) => given(name) as T,
      sizes: (name) => this.sizes(listed(given(name)), listed(b.attributes[name])),
      outputs: a.outputs.map((_, place) => outputName(index, place)),
    }
  }

  /** The error for what has no counterpart. */
  refuse(expected: string, got: string): never {
    throw refusal('config', this.#where, { expected, got })
  }

  #initializer(dims: readonly number[], type: OnnxType, data: Initializer['data']): string {
    const name = this.name()
    this.initializers.push({ name, dims, type, data })
    return name
  }

  /** How many rows there are, as a list of one number. */
  #rowCount(): string {
    this.#rows ??= this.node('Slice', [
      ...[this.node('Shape', [this.#inputs[0]!]), this.integers([0]), this.integers([1])],
    ])
    return this.#rows
  }

  #constant(a: Value, b: Value): string {
    if (a.kind !== 'constant' || b.kind !== 'constant') return this.refuse('the same steps at every batch', 'others')
    const sizes = this.sizes(a.shape, b.shape)
    if (sizes.every((size) => typeof size === 'number')) {
      if (!a.data.every((value, i) => Object.is(value, b.data[i]))) {
        return this.refuse('constants that do not depend on the batch', `others at [${a.shape}]`)
      }
      return this.#initializer(a.shape, typeOf(a.dtype), held(a.data, a.dtype))
    }
    const first = a.data[0]!
    if (![...a.data, ...b.data].every((value) => Object.is(value, first))) return this.#repeated(a, sizes)
    const one = this.#initializer([], typeOf(a.dtype), held(a.data.slice(0, 1), a.dtype))
    return this.node('Expand', [one, this.shape(sizes)])
  }

  /** Rows that are all the same. */
  #repeated({ shape, data, dtype }: Extract<Value, { kind: 'constant' }>, sizes: readonly Size[]): string {
    const row = data.length / shape[0]!
    const isSame = typeof sizes[0] !== 'number' && data.every((value, i) => Object.is(value, data[i % row]))
    if (!isSame) return this.refuse('constants whose rows are the same', `others of shape [${shape}]`)
    const one = this.#initializer([1, ...shape.slice(1)], typeOf(dtype), held(data.slice(0, row), dtype))
    return this.node('Expand', [one, this.shape(sizes)])
  }
}

/** ONNX's name of what a call gave. */
function outputName(call: number, place: number): string {
  return `t${call}_${place}`
}

/** ONNX's type of a tensor. */
export function typeOf(dtype: string): OnnxType {
  return dtype === 'int32' || dtype === 'bool' ? dtype : 'float32'
}

function held(data: ArrayLike<number>, dtype: string): Initializer['data'] {
  if (dtype === 'bool') return Uint8Array.from(data)
  return dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data)
}

function listed(value: unknown): number[] {
  if (Array.isArray(value)) return value.flat() as number[]
  return typeof value === 'number' ? [value] : []
}
