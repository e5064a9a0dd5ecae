/** Whether the engine can be made to join pairs of 128-bit operations into 256 bits; see assembly/wide.ts. @module */

/**
 * `(func (param f32 f32 f32) (result f32) …)`: a·b + c by `f32x4.relaxed_madd`, the first lane. V8 rounds it once exactly
 * where the processor has FMA3.
 */
const probe = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7d, 0x7d, 0x7d, 0x01, 0x7d],
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  // local.get 0 to 2, each splat; relaxed_madd is 0xfd 0x105; f32x4.extract_lane 0.
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13, 0x20, 0x02, 0xfd, 0x13],
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b],
])

/** Major versions of V8 in which all kernels were seen to be joined (scripts/check-wide.mjs): that of Node 24. */
const knownVersions = [13]

/**
 * Why no 256-bit build can run here, or undefined where one can: in a Node whose V8 is known to join, on an x64 processor with
 * FMA3 (those that have it have AVX2, but for one family of 2012, where V8 joins nothing and the numbers are the same). Nothing
 * is measured, so the answer is the same at each start. Needs relaxed SIMD, which the caller asks for first.
 */
export function noWideSimd(): string | undefined {
  const versions: Record<string, string | undefined> = typeof process === 'undefined' ? {} : (process.versions ?? {})
  if (versions.node === undefined || versions.v8 === undefined || versions.deno !== undefined) {
    return 'only Node can be told to join 128-bit operations'
  }
  if (!knownVersions.includes(Number.parseInt(versions.v8, 10))) {
    return `V8 ${versions.v8} of Node ${versions.node} is not known to join 128-bit operations; Node 24 is`
  }
  if (process.arch !== 'x64') return `processors of type ${process.arch} have 128 bits`
  return fused() ? undefined : 'the processor has no FMA3'
}

/** Lets V8 join operations in what it compiles from now on, which is for the whole process. */
export function joinOperations(): void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-revectorize')
}

/**
 * Runs `work` while V8 compiles WebAssembly by its optimizing compiler at once, which alone joins operations: what is called
 * for the first time in `work` is then tested as it will run.
 */
export function optimizedAtOnce(work: () => void): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString('--no-liftoff')
  try {
    work()
  } finally {
    // Who started Node without the baseline compiler keeps it so.
    if (!process.execArgv.includes('--no-liftoff')) setFlagsFromString('--liftoff')
  }
}

function fused(): boolean {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(probe)).exports as {
    f: (a: number, b: number, c: number) => number
  }
  const epsilon = 2 ** -23
  // (1 + ε)² − (1 + 2ε) is ε² if it is rounded once, and 0 if twice.
  return f(1 + epsilon, 1 + epsilon, -1 - 2 * epsilon) > 0
}
