/** Which of the builds of the program runs. @module */
import { relaxedSimd } from './relaxed-simd.ts'
import type { BuildName, WasmSource } from './wasm-file.ts'
import { noWideSimd } from './wide-simd.ts'

/** The build that runs. */
export interface SimdBuild {
  readonly name: BuildName
  /** Why it is not `wide`. */
  readonly reason?: string
}

/** The best build that engine, processor and options allow; in Node 20 sets the flag for relaxed SIMD. */
export function chooseBuild({ wasm, wasmUrl, relaxed = true, wide = true }: WasmSource): SimdBuild {
  const file = wasm !== undefined || (wasmUrl !== undefined && String(wasmUrl).endsWith('.wasm'))
  if (file) return { name: 'given', reason: 'options name a file' }
  if (!relaxed) return { name: 'plain', reason: 'options.relaxed is false' }
  if (!relaxedSimd()) return { name: 'plain', reason: 'this engine has no relaxed SIMD' }
  const reason = wide ? noWideSimd() : 'options.wide is false'
  return reason === undefined ? { name: 'wide' } : { name: 'relaxed', reason }
}
