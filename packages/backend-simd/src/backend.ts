/** The tfjs backend. @module */
import {
  type backend_util,
  buffer,
  type DataId,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type Rank,
  type Tensor,
  type TensorBuffer,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { SimdBuild } from './build.ts'
import type { HeapStats } from './memory.ts'
import type { Program } from './program.ts'
import { assertSize, isStored, type StoredType, TensorData } from './tensor-data.ts'

type Values = backend_util.BackendValues

/** What `tf.memory()` reports, besides tfjs's own numbers. */
export interface SimdMemoryInfo extends HeapStats {
  readonly unreliable: false
}

/** How many chunks a kernel may be cut into: enough to balance 16 threads. */
const maximumChunks = 64

/**
 * Keeps tensors of type float32, int32 and bool in WebAssembly memory. The members up to `scratch` are for kernels of
 * this package; those from `makeTensorInfo` on are what kernels of tfjs-backend-cpu call, which run over the same data.
 */
export class SimdBackend extends KernelBackend {
  readonly data: DataStorage<TensorData>
  /** tfjs-backend-cpu's matmul reads it. */
  readonly blockSize = 48
  private readonly program: Program
  /** Which build of the program this is, and why not another. */
  readonly build: SimdBuild
  private fallbacks = 0

  constructor(program: Program, build: SimdBuild) {
    super()
    this.build = build
    this.program = program
    this.data = new DataStorage(this, engine())
  }

  /** Threads that compute, the calling one among them. */
  get threads(): number {
    return this.program.threads()
  }

  /** Changes how many threads compute. */
  setThreads(count: number): Promise<void> {
    return this.program.setThreads(count)
  }

  /** Waits for the kernel that has begun: `run` returns before it is done. Reading a tensor waits by itself. */
  finish(): void {
    this.program.finish()
  }

  /** Runs a kernel of `assembly/`; see `Program.run`. */
  run(kernel: string, chunks: number, ...words: number[]): void {
    this.program.run(kernel, chunks, ...words)
  }

  /**
   * How many chunks to cut work into. The number does not depend on the threads, so that results (of sums, say) do not.
   * `grain`: the least work worth handing over, about 10 µs of it (16384 elements of an addition).
   */
  chunks(work: number, grain: number): number {
    return Math.max(1, Math.min(maximumChunks, Math.floor(work / grain)))
  }

  /** A new tensor in memory, contents undefined. */
  output(shape: number[], dtype: StoredType): TensorInfo {
    const data = new TensorData(this.program.heap, dtype, util.sizeFromShape(shape))
    data.allocate()
    return this.register(data, shape)
  }

  /** Where a tensor's elements begin in memory, as an unsigned byte address. */
  pointer(tensor: TensorInfo): number {
    return this.data.get(tensor.dataId).pointerAs(tensor.dtype as StoredType)
  }

  /** The same data under another shape, without a copy. */
  share(tensor: TensorInfo, shape: number[]): TensorInfo {
    this.incRef(tensor.dataId)
    return { dataId: tensor.dataId, shape, dtype: tensor.dtype }
  }

  /** Runs `use` with the address of as many bytes per thread as asked, which are free again afterwards. */
  scratch<T>(bytesPerThread: number, use: (pointer: number, stride: number) => T): T {
    const stride = Math.ceil(bytesPerThread / 128) * 128
    const pointer = this.program.heap.alloc(stride * this.threads)
    try {
      return use(pointer, stride)
    } finally {
      this.program.heap.free(pointer)
    }
  }

  /**
   * Runs a kernel of tfjs-backend-cpu. What it makes stays on the JavaScript side, so memory cannot grow under the
   * views it holds; its results are moved to memory at the end. They may be shared data under a wider type
   * (tfjs-backend-cpu casts int32 to float32 so), which here needs a copy.
   */
  runFallback(kernel: () => TensorInfo | TensorInfo[]): TensorInfo | TensorInfo[] {
    this.fallbacks++
    let result: TensorInfo | TensorInfo[]
    try {
      result = kernel()
    } finally {
      this.fallbacks--
    }
    if (this.fallbacks > 0) return result
    return Array.isArray(result) ? result.map((info) => this.settle(info)) : this.settle(result)
  }

  private settle(info: TensorInfo): TensorInfo {
    const data = this.data.get(info.dataId)
    if (data.dtype === info.dtype) {
      data.store()
      return info
    }
    const copy = this.makeTensorInfo(info.shape, info.dtype, data.values)
    this.disposeData(info.dataId)
    return copy
  }

  private register(data: TensorData, shape: number[]): TensorInfo {
    const dataId: DataId = {}
    this.data.set(dataId, data)
    return { dataId, shape, dtype: data.dtype }
  }

  override write(values: Values, shape: number[], dtype: DataType): DataId {
    return this.makeTensorInfo(shape, dtype, values).dataId
  }

  override move(dataId: DataId, values: Values, shape: number[], dtype: DataType, refCount: number): void {
    const data = this.dataOf(values, shape, dtype)
    data.refCount = refCount
    this.data.set(dataId, data)
  }

  private dataOf(values: Values | undefined, shape: number[], dtype: DataType): TensorData {
    if (values) assertSize(values.length, shape, dtype)
    const data = new TensorData(this.program.heap, dtype, util.sizeFromShape(shape))
    if (dtype === 'complex64') {
      if (values) data.complexTensorInfos = this.splitComplex(values as Float32Array, shape)
    } else if (values) {
      const inMemory = ArrayBuffer.isView(values) && values.buffer === this.program.heap.memory.buffer
      data.values = inMemory ? (values.slice() as Values) : values
      if (this.fallbacks === 0) data.store()
    }
    return data
  }

  private splitComplex(values: Float32Array, shape: number[]): { real: TensorInfo; imag: TensorInfo } {
    const part = (offset: number) => values.filter((_, i) => i % 2 === offset)
    return {
      real: this.makeTensorInfo(shape, 'float32', part(0)),
      imag: this.makeTensorInfo(shape, 'float32', part(1)),
    }
  }

  override async read(dataId: DataId): Promise<Values> {
    return this.readSync(dataId)
  }

  /** A copy of the values: memory may be reused as soon as the tensor is disposed. */
  override readSync(dataId: DataId): Values {
    const { dtype, complexTensorInfos, values } = this.data.get(dataId)
    if (complexTensorInfos) {
      const { real, imag } = complexTensorInfos
      const [re, im] = [this.readSync(real.dataId) as Float32Array, this.readSync(imag.dataId) as Float32Array]
      return Float32Array.from({ length: 2 * re.length }, (_, i) => (i % 2 === 0 ? re : im)[i >> 1]!)
    }
    if (!isStored(dtype)) return values
    const typed = util.convertBackendValuesAndArrayBuffer(values, dtype) as Float32Array
    return typed.slice()
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true
    const data = this.data.get(dataId)
    data.refCount--
    if (!force && data.refCount > 0) return false
    if (data.complexTensorInfos) {
      this.disposeData(data.complexTensorInfos.real.dataId, true)
      this.disposeData(data.complexTensorInfos.imag.dataId, true)
    }
    data.release()
    this.data.delete(dataId)
    return true
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++
  }

  decRef(dataId: DataId): void {
    if (this.data.has(dataId)) this.data.get(dataId).refCount--
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0
  }

  override numDataIds(): number {
    return this.data.numDataIds()
  }

  override memory(): SimdMemoryInfo {
    return { unreliable: false, ...this.program.heap.stats() }
  }

  override timerAvailable(): boolean {
    return true
  }

  override async time(work: () => void): Promise<{ kernelMs: number }> {
    this.finish()
    const start = util.now()
    work()
    this.finish()
    return { kernelMs: util.now() - start }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  /** Ends the workers. The memory goes with the last reference to the backend. */
  override dispose(): void {
    this.program.dispose()
  }

  makeTensorInfo(shape: number[], dtype: DataType, values?: Values | string[]): TensorInfo {
    const strings = dtype === 'string' && typeof values?.[0] === 'string'
    const encoded = strings
      ? (values as string[]).map((text) => util.encodeString(text))
      : (values as Values | undefined)
    return this.register(this.dataOf(encoded, shape, dtype), shape)
  }

  /** A copy: tfjs-backend-cpu's `TensorScatterUpdate` writes its result into the buffer of its input. */
  bufferSync<R extends Rank, D extends DataType>({ dataId, shape, dtype }: TensorInfo): TensorBuffer<R, D> {
    const values = this.data.get(dataId).values
    const decoded =
      dtype === 'string' ? (values as Uint8Array[]).map((bytes) => util.decodeString(bytes)) : values.slice()
    return buffer(shape as never, dtype, decoded as never) as unknown as TensorBuffer<R, D>
  }

  makeOutput<T extends Tensor>(values: Values, shape: number[], dtype: DataType): T {
    return engine().makeTensorFromTensorInfo(this.makeTensorInfo(shape, dtype, values), this) as T
  }

  disposeIntermediateTensorInfo(info: TensorInfo): void {
    this.disposeData(info.dataId)
  }
}
