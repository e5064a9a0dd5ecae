/** An instance of the WebAssembly program with its heap and its threads. @module */
import { chooseBuild } from './build.ts'
import { simdError } from './errors.ts'
import { type Heap, type HeapViews, heap } from './memory.ts'
import { argumentsAddress, constantsAddress, pageBytes } from './shared/layout.ts'
import { maximumThreads, type PoolProgram, threadPool } from './threads.ts'
import { assertVersion } from './version.ts'
import { type BuildName, compileWasm, fileOf, type WasmSource } from './wasm-file.ts'
import { coreCount, threadsAllowed } from './worker.ts'

/** Options of {@link startProgram}. */
export interface ProgramOptions extends WasmSource {
  /** Threads that compute, the calling one among them. @default the number of cores, at most 8; 1 where memory cannot be shared */
  threads?: number
  /** Most memory the tensors may take, in bytes. @default 4 GiB */
  maximumBytes?: number
  /** A kernel that makes no progress for so long is given up, in milliseconds. @default 30000 */
  stallTimeout?: number
}

/** What kernels run on. */
export interface Program {
  readonly heap: Heap
  threads(): number
  setThreads(count: number): Promise<void>
  /**
   * Runs a kernel of `assembly/`: writes the words where the kernel reads them, and runs `chunks` chunks on all threads
   * (one chunk: on this thread, waking nobody). Words are integers and pointers; floats go through {@link floatBits}.
   *
   * With workers it returns when they have begun, so that what JavaScript does until the next call costs nothing. The next
   * call, or one of `heap.views()`, finishes the job: so nobody sees half of it, and an error of a worker comes then.
   */
  run(kernel: string, chunks: number, ...words: number[]): void
  /** Waits for what `run` has begun. */
  finish(): void
  dispose(): void
}

interface Exports {
  readonly table: WebAssembly.Table
  heapBase(): number
  /** Older programs have none. */
  version?(): number
  parallel: PoolProgram['parallel']
  finish: PoolProgram['finish']
}

/** How many 32-bit words of arguments a kernel may have. */
const argumentsCapacity = (constantsAddress - argumentsAddress) / 4

const floatWord = new Float32Array(1)
const intWord = new Int32Array(floatWord.buffer)

/** The bits of a float32, as a word for {@link Program.run}. */
export function floatBits(value: number): number {
  floatWord[0] = value
  return intWord[0]!
}

/** The default number of threads here. */
export function defaultThreads(): number {
  return threadsAllowed() ? Math.min(coreCount(), 8) : 1
}

/** Checks a number of threads that a user gave. */
export function assertThreads(where: string, threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= maximumThreads) return
  throw simdError('config', `${where}: expected threads to be an integer from 1 to ${maximumThreads}, got ${threads}`, {
    details: { threads },
  })
}

/**
 * Compiles a build of the program, makes its memory and starts its workers. One thread gets the build without shared memory.
 * {@link chooseBuild} tells which build can run here.
 */
export async function startProgram(
  { threads = defaultThreads(), maximumBytes = 2 ** 32, stallTimeout = 30_000, ...source }: ProgramOptions = {},
  build: BuildName = chooseBuild({ ...source, wide: false }).name,
): Promise<Program> {
  assertThreads('backend-simd.registerSimdBackend', threads)
  const shared = threads > 1 && threadsAllowed()
  const module = await compileWasm(shared, build, source)
  const { memory, maximumPages } = makeMemory(shared, Math.floor(maximumBytes / pageBytes))
  const kernels = kernelNames(module)
  let exports: Exports
  const pool = threadPool(() => ({ module, memory, kernels, parallel: exports.parallel, finish: exports.finish }), {
    stallTimeout,
  })
  exports = instantiate(module, memory, pool.stalled)
  assertVersion(exports.version?.(), fileOf(shared, build, source))
  const entries = new Map(kernels.map((name) => [name, exports.table.grow(1, exports[name as keyof Exports])]))
  const ownHeap = heap(memory, { base: exports.heapBase(), maximumPages })

  function run(kernel: string, chunks: number, ...words: number[]): void {
    const entry = entries.get(kernel)
    if (entry === undefined || words.length > argumentsCapacity) throw badCall(kernel, words.length)
    const { i32 } = views()
    for (let i = 0; i < words.length; i++) i32[argumentsAddress / 4 + i] = words[i]!
    pool.run(entry, chunks)
  }

  function views(): HeapViews {
    pool.finish()
    return ownHeap.views()
  }

  async function setThreads(count: number): Promise<void> {
    assertThreads('backend-simd.setThreads', count)
    if (!shared && count > 1) throw notShared(count)
    await pool.setThreads(count)
  }

  if (shared) await pool.setThreads(threads)
  const { threads: count, finish, dispose } = pool
  return { heap: { ...ownHeap, views }, threads: count, setThreads, run, finish, dispose }
}

/** Every exported function but these is a kernel; the order is the same in every instance of a module. */
function kernelNames(module: WebAssembly.Module): string[] {
  const others = ['heapBase', 'version', 'parallel', 'finish', 'work']
  return WebAssembly.Module.exports(module)
    .filter(({ kind, name }) => kind === 'function' && !others.includes(name))
    .map(({ name }) => name)
}

/** Shared memory reserves its maximum at once; an engine that refuses 4 GiB may grant less. */
function makeMemory(shared: boolean, wantedPages: number): { memory: WebAssembly.Memory; maximumPages: number } {
  let cause: unknown
  for (let pages = Math.min(wantedPages, 65536); pages >= 256; pages = Math.floor(pages / 2)) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 16, maximum: pages, shared }), maximumPages: pages }
    } catch (error) {
      cause = error
    }
  }
  throw simdError('memory', 'backend-simd: the engine refused 16 MiB of WebAssembly memory; pass threads: 1', { cause })
}

function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  stalled: (done: number) => number,
): Exports {
  const env = { memory, stalled, abort: () => undefined }
  return new WebAssembly.Instance(module, { env }).exports as unknown as Exports
}

function badCall(kernel: string, words: number): Error {
  return simdError(
    'backend',
    `backend-simd.run: expected a kernel of the program and at most ${argumentsCapacity} words, got ${kernel} and ${words}; run pnpm build:wasm after changes in assembly/`,
    { details: { kernel, words } },
  )
}

function notShared(threads: number): Error {
  return simdError(
    'config',
    `backend-simd.setThreads: expected 1 thread, got ${threads}: this backend has no shared memory; register it with threads: ${threads}, in a browser on a page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp`,
    { details: { threads } },
  )
}
