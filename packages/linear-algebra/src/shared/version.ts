/** What the program in WebAssembly and this package must agree on; `scripts/build-wasm.mjs` writes it. @module */

/** A hash of the program's sources. */
export const programVersion = 0x521fad2d
