/** Whether the engine has relaxed SIMD, whose multiply-and-add is one instruction. @module */

/** `(func (result v128) …)` of `f32x4.relaxed_madd` on three zeros. */
const probe = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  // i32.const 0, i32x4.splat, three times; relaxed_madd is 0xfd 0x105.
  ...[0x0a, 0x13, 0x01, 0x11, 0x00, 0x41, 0x00, 0xfd, 0x11, 0x41, 0x00, 0xfd, 0x11, 0x41, 0x00, 0xfd, 0x11],
  ...[0xfd, 0x85, 0x02, 0x0b],
])

/** Asks the engine; in Node 20, where relaxed SIMD stands behind a flag of V8, sets the flag first. */
export function relaxedSimd(): boolean {
  if (WebAssembly.validate(probe)) return true
  const node = typeof process === 'undefined' ? undefined : process.versions?.node
  if (node === undefined || typeof process.getBuiltinModule !== 'function') return false
  // Later engines have it without, and say on stderr that they do not know the flag.
  if (Number.parseInt(process.versions.v8 ?? '', 10) > 11) return false
  try {
    process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd')
  } catch {
    // An engine with Node's interface that is not V8.
    return false
  }
  return WebAssembly.validate(probe)
}
