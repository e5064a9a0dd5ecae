/** Finds and compiles the WebAssembly program. @module */
import { simdError } from './errors.ts'
import { relaxedSimd } from './relaxed-simd.ts'

/** Where the program comes from, when not from beside this package's files. */
export interface WasmSource {
  /** Address of a copy of this package's `wasm` folder, or of one file, for bundlers that do not follow `new URL(…, import.meta.url)`. */
  wasmUrl?: string | URL
  /** The bytes of the program that fits `threads` (`simd-threads.wasm` for more than one, else `simd.wasm`). */
  wasm?: Uint8Array<ArrayBuffer> | ArrayBuffer
  /**
   * Whether to multiply and add in one instruction, which rounds once, where the engine has relaxed SIMD. `false`: sums of
   * products have the same bits on all engines. @default true
   */
  relaxed?: boolean
}

/** Which of the four builds. */
interface Build {
  readonly shared: boolean
  readonly relaxed: boolean
}

/** Loads and compiles the program, with shared memory or without. */
export async function compileWasm(
  shared: boolean,
  { wasm, wasmUrl, relaxed = true }: WasmSource = {},
): Promise<WebAssembly.Module> {
  const url = urlOf({ shared, relaxed: relaxed && wasm === undefined && relaxedSimd() }, wasmUrl)
  const bytes = wasm ?? (await load(url))
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw simdError(
      'backend',
      `backend-simd: ${url} is not a program this engine can run; it needs WebAssembly SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4), and options.wasmUrl or options.wasm, if given, must be this package's own file`,
      { details: { url: String(url) }, cause },
    )
  }
}

function urlOf(build: Build, wasmUrl?: string | URL): URL {
  const own = ownUrl(build)
  if (wasmUrl === undefined) return own
  const given = new URL(wasmUrl, typeof location === 'undefined' ? import.meta.url : location.href)
  if (given.pathname.endsWith('.wasm')) return given
  const name = `simd${build.shared ? '-threads' : ''}${build.relaxed ? '-relaxed' : ''}.wasm`
  return new URL(name, given.href.endsWith('/') ? given : `${given.href}/`)
}

/** Bundlers look for exactly these four expressions, and replace them by the asset's address. */
function ownUrl({ shared, relaxed }: Build): URL {
  if (shared) {
    return relaxed
      ? new URL('../wasm/simd-threads-relaxed.wasm', import.meta.url)
      : new URL('../wasm/simd-threads.wasm', import.meta.url)
  }
  return relaxed ? new URL('../wasm/simd-relaxed.wasm', import.meta.url) : new URL('../wasm/simd.wasm', import.meta.url)
}

async function load(url: URL): Promise<Uint8Array<ArrayBuffer> | ArrayBuffer> {
  try {
    if (url.protocol === 'file:') {
      const { readFile } = process.getBuiltinModule('node:fs/promises')
      return new Uint8Array(await readFile(url))
    }
    const response = await fetch(url)
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    return await response.arrayBuffer()
  } catch (cause) {
    throw simdError(
      'backend',
      `backend-simd: could not load ${url}; pass options.wasmUrl (the address of this package's wasm folder) or options.wasm (the file's bytes)`,
      { details: { url: String(url) }, cause },
    )
  }
}
