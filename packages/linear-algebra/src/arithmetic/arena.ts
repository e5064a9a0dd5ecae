/** Room to compute in, where WebAssembly reaches it. @module */
import { refusal } from '@gen/backend'
import { javascriptKernels } from './javascript.ts'
import type { Kernels } from './kernels.ts'
import { compileProgram, enlarge, type Instance, instantiate } from './webassembly.ts'

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

/** Numbers that stay in memory between computations, 32 MiB; larger ones get memory of their own, which goes when they end. */
const mostResident = 2 ** 22

/** Numbers for the computations inside one that holds the rest, 4 MiB. */
const spare = 2 ** 19

let module: WebAssembly.Module | undefined
let engine: LinearAlgebraEngine | undefined
let resident: Instance | undefined
/** The first number of the resident memory that nobody uses. */
let top = 0

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
 * Runs a computation with room for `count` numbers. One may run inside another.
 *
 * @throws GenError `memory` where there is not so much.
 */
export function inArena<T>(where: string, count: number, work: (arena: Arena) => T): T {
  const before = top
  const room = roomFor(where, count)
  if (room.resident) top = room.start + count
  try {
    return work(arenaOf(room))
  } finally {
    top = before
  }
}

interface Room {
  readonly numbers: Float64Array
  readonly kernels: Kernels
  readonly start: number
  readonly count: number
  /** Whether it is in the memory that stays, to which others have written. */
  readonly resident: boolean
}

function roomFor(where: string, count: number): Room {
  try {
    if (linearAlgebraEngine() === 'javascript') return javascriptRoom(count)
    return residentRoom(count) ?? ownRoom(count)
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

/** Room in the memory that stays, which grows only while nobody uses it. */
function residentRoom(count: number): Room | undefined {
  if (top === 0) {
    if (count + spare > mostResident) return undefined
    resident ??= instantiate(module!, count + spare)
    enlarge(resident, count + spare)
  }
  if (!resident) return undefined
  const { memory, kernels } = resident
  const start = Math.max(top, resident.start)
  if (8 * (start + count) > memory.buffer.byteLength) return undefined
  return { numbers: new Float64Array(memory.buffer), kernels, start, count, resident: true }
}

function ownRoom(count: number): Room {
  const { memory, kernels, start } = instantiate(module!, count)
  return { numbers: new Float64Array(memory.buffer), kernels, start, count, resident: false }
}

function javascriptRoom(count: number): Room {
  const numbers = new Float64Array(count)
  return { numbers, kernels: javascriptKernels(numbers), start: 0, count, resident: false }
}

function arenaOf({ numbers, kernels, start, count, resident: used }: Room): Arena {
  let next = start
  const take = (wanted: number) => {
    next += wanted
    if (next > start + count) throw new Error(`linear-algebra: ${next - start} numbers taken of ${count}`)
    return next - wanted
  }
  const takeZeros = (wanted: number) => {
    const at = take(wanted)
    if (used) numbers.fill(0, at, next)
    return at
  }
  return { ...kernels, numbers, take, takeZeros }
}
