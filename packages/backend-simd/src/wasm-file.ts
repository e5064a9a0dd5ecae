/** Finds and compiles the WebAssembly program. @module */
import { simdError } from './errors.ts'

/** Where the program comes from, when not from beside this package's files. */
export interface WasmSource {
  /** Folder or file URL of `simd.wasm` / `simd-threads.wasm`, for bundlers that do not follow `new URL(…, import.meta.url)`. */
  wasmUrl?: string | URL
  /** The bytes of the program that fits `threads` (`simd-threads.wasm` for more than one, else `simd.wasm`). */
  wasm?: Uint8Array<ArrayBuffer> | ArrayBuffer
}

/** Loads and compiles the program, with shared memory or without. */
export async function compileWasm(shared: boolean, { wasm, wasmUrl }: WasmSource = {}): Promise<WebAssembly.Module> {
  const url = urlOf(shared, wasmUrl)
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

function urlOf(shared: boolean, wasmUrl?: string | URL): URL {
  // Bundlers look for exactly these two expressions, and replace them by the asset's address.
  const own = shared
    ? new URL('../wasm/simd-threads.wasm', import.meta.url)
    : new URL('../wasm/simd.wasm', import.meta.url)
  if (wasmUrl === undefined) return own
  const given = new URL(wasmUrl, typeof location === 'undefined' ? import.meta.url : location.href)
  if (given.pathname.endsWith('.wasm')) return given
  return new URL(shared ? 'simd-threads.wasm' : 'simd.wasm', given.href.endsWith('/') ? given : `${given.href}/`)
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
