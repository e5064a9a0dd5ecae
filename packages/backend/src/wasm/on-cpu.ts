/** Kernels of tfjs-backend-cpu over the tensors of tfjs-backend-wasm. @module */
import {
  type DataType,
  findBackend,
  getKernel,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { quietCpu } from '../backends/quiet-cpu.ts'

type Values = Float32Array | Int32Array | Uint8Array | Uint8Array[]

interface WasmBackend {
  readSync(dataId: object): Values
  makeOutput(shape: number[], dtype: DataType, memoryOffset: undefined, values: Values): TensorInfo
}

interface CpuBackend {
  readSync(dataId: object): Values
  makeTensorInfo(shape: number[], dtype: DataType, values: Values): TensorInfo
  disposeData(dataId: object): boolean
}

/** What kernels get, by name: a tensor, one left out, or a list of tensors. */
type Input = TensorInfo | readonly TensorInfo[] | null | undefined

/** The kernel of this name as cpu computes it: the inputs are copied there, the results back. */
export function onCpu(kernelName: string): KernelFunc {
  return ({ inputs, attrs = {}, backend }) => {
    quietCpu()
    const [wasm, cpu] = [backend as WasmBackend, findBackend('cpu') as unknown as CpuBackend]
    const held: TensorInfo[] = []
    const copy = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => {
      // Some kernels ask for the rank, as if of a tensor.
      const info = { ...cpu.makeTensorInfo(shape, dtype, wasm.readSync(dataId)), rank: shape.length }
      held.push(info)
      return info
    }
    try {
      const results = getKernel(kernelName, 'cpu').kernelFunc({ inputs: mapInputs(inputs, copy), attrs, backend: cpu })
      const list = Array.isArray(results) ? results : [results]
      held.push(...list)
      const back = list.map((info) => takeBack(info, cpu, wasm))
      return Array.isArray(results) ? back : back[0]!
    } finally {
      for (const { dataId } of held) cpu.disposeData(dataId)
    }
  }
}

/** Kernels of any number of inputs (concat, addN) get a list in place of names. */
function mapInputs(inputs: NamedTensorInfoMap, map: (info: TensorInfo) => TensorInfo): NamedTensorInfoMap {
  const mapOne = (input: Input) =>
    input == null ? input : Array.isArray(input) ? input.map(map) : map(input as TensorInfo)
  const mapped = Array.isArray(inputs)
    ? inputs.map(mapOne)
    : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, mapOne(input)]))
  return mapped as unknown as NamedTensorInfoMap
}

function takeBack({ dataId, shape, dtype }: TensorInfo, cpu: CpuBackend, wasm: WasmBackend): TensorInfo {
  const values = cpu.readSync(dataId)
  // cpu casts int32 to float32 by sharing the integers.
  const typed = dtype === 'string' ? values : util.toTypedArray(values as Float32Array, dtype as 'float32')
  return wasm.makeOutput(shape, dtype, undefined, typed)
}
