/** Finds and compiles the WebAssembly program. @module */
import { simdError } from './errors.ts'

/**
 * `wide`: 256 bits, products and sums in one instruction; `relaxed`: 128 bits, the same; `plain`: 128 bits, two instructions;
 * `given`: the file that `options.wasm` or `options.wasmUrl` names.
 */
export type BuildName = 'wide' | 'relaxed' | 'plain' | 'given'

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
  /**
   * Whether to compute with 256 bits where engine and processor can (Node 24, x64 with AVX2); the results have the same bits as
   * without. It sets a flag of V8, `--experimental-wasm-revectorize`, for the process. @default true
   */
  wide?: boolean
}

/** Loads and compiles the program, with shared memory or without. */
export async function compileWasm(
  shared: boolean,
  build: BuildName,
  { wasm, wasmUrl }: WasmSource = {},
): Promise<WebAssembly.Module> {
  const url = urlOf(shared, build, wasmUrl)
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

/** What the program comes from, for messages. */
export function fileOf(shared: boolean, build: BuildName, { wasm, wasmUrl }: WasmSource): string {
  return wasm === undefined ? String(urlOf(shared, build, wasmUrl)) : 'options.wasm'
}

function urlOf(shared: boolean, build: BuildName, wasmUrl?: string | URL): URL {
  if (wasmUrl === undefined) return ownUrl(shared, build)
  const given = new URL(wasmUrl, typeof location === 'undefined' ? import.meta.url : location.href)
  if (given.pathname.endsWith('.wasm')) return given
  return new URL(fileName(shared, build), given.href.endsWith('/') ? given : `${given.href}/`)
}

function fileName(shared: boolean, build: BuildName): string {
  const kind = build === 'relaxed' || build === 'wide' ? `-${build}` : ''
  return `simd${shared ? '-threads' : ''}${kind}.wasm`
}

/**
 * Bundlers look for exactly the four literal expressions, and replace them by the asset's address. The 256-bit builds are for
 * Node alone, and no asset of a page.
 */
function ownUrl(shared: boolean, build: BuildName): URL {
  if (build === 'wide') return new URL(/* @vite-ignore */ `../wasm/${fileName(shared, build)}`, import.meta.url)
  const relaxed = build === 'relaxed'
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
