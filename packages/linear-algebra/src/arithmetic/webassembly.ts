/** The inner loops in WebAssembly. @module */
import { program } from '../../generated/program.ts'
import type { Kernels, Part } from './kernels.ts'
import { assertVersion } from './program-version.ts'

const parts: Readonly<Record<Part, number>> = { all: 0, upper: 1, lower: 2 }

interface Exports {
  version?(): number
  start(): number
  multiply(...words: number[]): void
  timesVector(...words: number[]): void
  transposedTimesVector(...words: number[]): void
  addOuter(...words: number[]): void
  turn(...words: number[]): void
  solveTriangle(...words: number[]): void
}

/** An instance of the program and its memory. */
export interface Instance {
  readonly memory: WebAssembly.Memory
  readonly kernels: Kernels
  /** Where the first number of a caller lies, counted in numbers. */
  readonly start: number
}

const pageBytes = 65536

/** The compiled program; `undefined` where the engine has no WebAssembly, no SIMD, or may not compile. */
export function compileProgram(): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(program), (letter) => letter.charCodeAt(0)))
  } catch {
    // A page's security policy may forbid it, and old engines lack SIMD: the loops in JavaScript do the same.
    return undefined
  }
}

/**
 * Makes memory for `count` numbers of a caller and the program in it; throws a RangeError where there is not so much, and a GenError
 * `backend` for a program of another build.
 */
export function instantiate(module: WebAssembly.Module, count: number): Instance {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const loops = exports as unknown as Exports
  assertVersion(loops.version?.())
  const instance = { memory, kernels: kernelsOf(loops), start: loops.start() / 8 }
  enlarge(instance, count)
  return instance
}

/** Makes room for `count` numbers of a caller where there is less, which moves all numbers. */
export function enlarge({ memory, start }: Instance, count: number): void {
  const lacking = Math.ceil((8 * (start + count)) / pageBytes) - memory.buffer.byteLength / pageBytes
  if (lacking > 0) memory.grow(lacking)
}

/** Places are counted in numbers here and in bytes there. */
function kernelsOf(loops: Exports): Kernels {
  return {
    multiply: (part, rows, columns, inner, factor, a, b, c) => {
      const words = [8 * a.at, 8 * a.row, 8 * a.column, 8 * b.at, 8 * b.row, 8 * b.column, 8 * c.at, 8 * c.row]
      loops.multiply(parts[part], rows, columns, inner, factor, ...words)
    },
    timesVector: (rows, columns, factor, a, x, y, yStep = 1) =>
      loops.timesVector(rows, columns, factor, 8 * a.at, 8 * a.row, 8 * x, 8 * y, 8 * yStep),
    transposedTimesVector: (rows, columns, factor, a, x, y, xStep = 1) =>
      loops.transposedTimesVector(rows, columns, factor, 8 * a.at, 8 * a.row, 8 * x, 8 * xStep, 8 * y),
    addOuter: (rows, columns, factor, x, y, a, xStep = 1) =>
      loops.addOuter(rows, columns, factor, 8 * x, 8 * xStep, 8 * y, 8 * a.at, 8 * a.row),
    turn: (length, cosine, sine, x, y) => loops.turn(length, cosine, sine, 8 * x, 8 * y),
    solveTriangle: (backward, rows, columns, l, x) =>
      loops.solveTriangle(Number(backward), rows, columns, 8 * l.at, 8 * l.row, 8 * l.column, 8 * x.at, 8 * x.row),
  }
}
