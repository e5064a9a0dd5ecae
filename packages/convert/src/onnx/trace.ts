/** What a function of tensors does, kernel by kernel. @module */
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, type TypedArray } from '@tensorflow/tfjs-core'

/** A tensor of a trace: what goes in, what a call gave, or a constant. */
export type Value =
  | { readonly kind: 'input'; readonly index: number; readonly shape: readonly number[]; readonly dtype: string }
  | {
      readonly kind: 'output'
      readonly call: number
      readonly place: number
      readonly shape: readonly number[]
      readonly dtype: string
    }
  | { readonly kind: 'constant'; readonly shape: readonly number[]; readonly dtype: string; readonly data: TypedArray }

/** One call of a kernel whose inputs depend on what goes in. */
export interface KernelCall {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, Value | readonly Value[]>>
  readonly attributes: Readonly<Record<string, unknown>>
  readonly outputs: readonly Value[]
}

/** All calls, and where the results come from. */
export interface Trace {
  readonly calls: readonly KernelCall[]
  readonly results: readonly Value[]
}

/** Runs a function on the current backend, and writes down what kernels are called on what depends on its inputs; all else is constant. */
export function trace(run: (inputs: Tensor[]) => Tensor[], inputs: Tensor[]): Trace {
  const tracer = new Tracer(inputs)
  const own = engine()
  const { runKernel } = own
  const call = runKernel as (name: string, given: NamedTensorMap, attributes?: NamedAttrMap) => Tensor | Tensor[]
  own.runKernel = ((name: string, given: NamedTensorMap, attributes?: NamedAttrMap) => {
    const outputs = call.call(own, name, given, attributes)
    tracer.record(name, given, attributes ?? {}, Array.isArray(outputs) ? outputs : [outputs])
    return outputs
  }) as typeof own.runKernel
  try {
    const results = own.tidy(() => {
      const outputs = run(inputs)
      tracer.results = outputs.map((output) => tracer.valueOf(output))
      return outputs
    })
    for (const result of results) result.dispose()
    return { calls: tracer.calls, results: tracer.results }
  } finally {
    Reflect.deleteProperty(own, 'runKernel')
  }
}

/** Values by the tensors' numbers, which are never used twice. */
class Tracer {
  readonly calls: KernelCall[] = []
  results: Value[] = []
  readonly #values = new Map<number, Value>()

  constructor(inputs: readonly Tensor[]) {
    inputs.forEach((input, index) => {
      this.#keep(input, { kind: 'input', index, shape: [...input.shape], dtype: input.dtype })
    })
  }

  /** A constant's numbers are read at once: it may be gone by the end. */
  valueOf(tensor: Tensor): Value {
    const known = this.#values.get(tensor.id)
    if (known) return known
    const data = tensor.dataSync().slice()
    const value: Value = { kind: 'constant', shape: [...tensor.shape], dtype: tensor.dtype, data }
    this.#values.set(tensor.id, value)
    return value
  }

  record(kernel: string, given: NamedTensorMap, attributes: object, outputs: readonly Tensor[]): void {
    const tensors = Object.values(given).flat() as (Tensor | undefined)[]
    if (!tensors.some((tensor) => tensor && this.#isKnownDynamic(tensor))) return
    const inputs: Record<string, Value | Value[]> = {}
    for (const [name, tensor] of Object.entries(given) as [string, Tensor | Tensor[] | undefined][]) {
      if (Array.isArray(tensor)) inputs[name] = tensor.map((one) => this.valueOf(one))
      else if (tensor) inputs[name] = this.valueOf(tensor)
    }
    const call = this.calls.length
    const values = outputs.map((output, place) => {
      const value: Value = { kind: 'output', call, place, shape: [...output.shape], dtype: output.dtype }
      this.#keep(output, value)
      return value
    })
    this.calls.push({ kernel, inputs, attributes: { ...attributes }, outputs: values })
  }

  #isKnownDynamic({ id }: Tensor): boolean {
    const value = this.#values.get(id)
    return value !== undefined && value.kind !== 'constant'
  }

  #keep(tensor: Tensor, value: Value): void {
    this.#values.set(tensor.id, value)
  }
}
