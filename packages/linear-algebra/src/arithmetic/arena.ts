/** Room to compute in, where WebAssembly reaches it. @module */
import { refusal } from '@gen/backend'
import { javascriptKernels } from './javascript.ts'
import type { Kernels } from './kernels.ts'
import { compileProgram, type Instance, instantiate, pageBytes } from './webassembly.ts'

/** Numbers for the time of one computation, and the loops that work on them. */
export interface Arena extends Kernels {
  /** All numbers; places count from its beginning. */
  readonly numbers: Float64Array
  /** Takes room for so many numbers, whatever they are. */
  take(count: number): number
  /** Takes room for so many numbers, all 0. */
  takeZeros(count: number): number
}

/** What the inner loops run in. */
export type LinearAlgebraEngine = 'webassembly' | 'javascript'

/** What stays in memory between computations; larger ones get memory of their own, which goes when they end. */
const mostResidentPages = 512

let module: WebAssembly.Module | undefined
let engine: LinearAlgebraEngine | undefined
let resident: Instance | undefined
let inUse = false

/**
 * What the inner loops of this package run in: WebAssembly, or JavaScript where the engine refuses it (no SIMD, a page whose
 * security policy forbids `'wasm-unsafe-eval'`), which is about fifteen times slower.
 *
 * @example
 * linearAlgebraEngine() // 'webassembly'
 */
export function linearAlgebraEngine(): LinearAlgebraEngine {
  if (engine === undefined) {
    module = compileProgram()
    engine = module ? 'webassembly' : 'javascript'
  }
  return engine
}

/** For tests: computes in that from now on, or in what the machine has. */
export function computeIn(wanted: LinearAlgebraEngine | undefined): void {
  engine = wanted
  resident = undefined
  if (wanted === 'webassembly') module ??= compileProgram()
}

/**
 * Runs a computation with room for `count` numbers.
 *
 * @throws GenError `memory` where there is not so much.
 */
export function inArena<T>(where: string, count: number, work: (arena: Arena) => T): T {
  try {
    if (linearAlgebraEngine() === 'javascript') return work(arenaOf(javascriptRoom(count)))
    const pages = Math.ceil((8 * count) / pageBytes) + 1
    if (inUse || pages > mostResidentPages)
      return work(arenaOf(wasmRoom(instantiate(module!, pages + startPages), true)))
    inUse = true
    try {
      return work(arenaOf(wasmRoom(residentOf(pages + startPages), false)))
    } finally {
      inUse = false
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const megabytes = Math.ceil((8 * count) / 2 ** 20)
    throw refusal('memory', `linearAlgebra.${where}`, {
      expected: `${megabytes} MiB of memory to compute in`,
      got: cause.message,
      remedy: 'pass smaller matrices',
      details: { megabytes },
      cause,
    })
  }
}

/** Pages below the first number of a caller. */
const startPages = 21

function residentOf(pages: number): Instance {
  resident ??= instantiate(module!, pages)
  const lacking = pages - resident.memory.buffer.byteLength / pageBytes
  if (lacking > 0) resident.memory.grow(lacking)
  return resident
}

interface Room {
  readonly numbers: Float64Array
  readonly kernels: Kernels
  readonly start: number
  /** Whether nobody has written to it yet. */
  readonly fresh: boolean
}

function wasmRoom({ memory, kernels, start }: Instance, fresh: boolean): Room {
  return { numbers: new Float64Array(memory.buffer), kernels, start, fresh }
}

function javascriptRoom(count: number): Room {
  const numbers = new Float64Array(count)
  return { numbers, kernels: javascriptKernels(numbers), start: 0, fresh: true }
}

function arenaOf({ numbers, kernels, start, fresh }: Room): Arena {
  let top = start
  const take = (count: number) => {
    top += count
    return top - count
  }
  const takeZeros = (count: number) => {
    const at = take(count)
    if (!fresh) numbers.fill(0, at, top)
    return at
  }
  return { ...kernels, numbers, take, takeZeros }
}
