/** Draws faces: @dicebear/avataaars writes SVG, resvg makes pixels of it. @module */
import { GenError, refusal } from '@gen/backend'
import { findModule, nodeModule } from '../readers/host.ts'
import { attributeNames, styleOptions } from './attributes.ts'

/** Where the rasterizer's WebAssembly comes from: its URL, its bytes, or the compiled module. */
export type RasterizerSource = string | URL | Response | BufferSource | WebAssembly.Module

/** Draws one face from its labels: RGB bytes, row by row from the top. */
export type Artist = (labels: ArrayLike<number>) => Uint8Array

const packages = '@dicebear/core @dicebear/avataaars @resvg/resvg-wasm'
const wasmPath = '@resvg/resvg-wasm/index_bg.wasm'

/** The face fills the picture: most of the shoulders is outside. */
const framing = { scale: 125, translateY: 5 }

/** Loads the optional packages and makes an artist who draws `size × size` pixels. */
export async function artist(where: string, size: number, wasm?: RasterizerSource): Promise<Artist> {
  const [{ createAvatar }, avataaars, { Resvg, initWasm }] = await loadPackages(where)
  await startRasterizer(where, initWasm, wasm)
  const options = { fitTo: { mode: 'width', value: size } as const, font: { loadSystemFonts: false } }
  return (labels) => {
    const svg = createAvatar(avataaars, { ...styleOptions(labels), ...framing }).toString()
    const rasterizer = new Resvg(svg, options)
    const image = rasterizer.render()
    const pixels = withoutAlpha(image.pixels)
    image.free()
    rasterizer.free()
    return pixels
  }
}

/** Faces that among them show every value of every attribute: what draws one of them differently is another artist. */
export function specimens(values: readonly (readonly string[])[]): number[][] {
  const count = Math.max(...values.map(({ length }) => length))
  return Array.from({ length: count }, (_, i) => attributeNames.map((_, j) => i % (values[j] as string[]).length))
}

async function loadPackages(
  where: string,
): Promise<
  [typeof import('@dicebear/core'), typeof import('@dicebear/avataaars'), typeof import('@resvg/resvg-wasm')]
> {
  try {
    return await Promise.all([import('@dicebear/core'), import('@dicebear/avataaars'), import('@resvg/resvg-wasm')])
  } catch (cause) {
    const got = (cause as Error).message
    throw refusal('config', where, {
      expected: 'the packages that draw faces',
      got,
      remedy: `npm i ${packages}`,
      cause,
    })
  }
}

/** resvg keeps one module for the process and refuses a second start. */
let started: Promise<void> | undefined

async function startRasterizer(
  where: string,
  initWasm: (source: Promise<RasterizerSource> | RasterizerSource) => Promise<void>,
  wasm: RasterizerSource | undefined,
): Promise<void> {
  started ??= initWasm(wasm ?? readWasm(where)).catch((cause: Error) => {
    if (/already initialized/i.test(cause.message)) return
    started = undefined
    if (GenError.is(cause)) throw cause
    throw refusal('file', where, { expected: `${wasmPath} to start`, got: cause.message, cause })
  })
  await started
}

async function readWasm(where: string): Promise<BufferSource> {
  const remedy = `pass wasm, the URL of ${wasmPath}`
  const { readFile } = nodeModule(where, 'node:fs/promises', remedy)
  const path = findModule(where, wasmPath, remedy)
  if (path) return new Uint8Array(await readFile(path))
  throw refusal('config', where, { expected: `the file ${wasmPath}`, got: 'none', remedy })
}

/** The background is opaque: only the colors count. */
function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number
    rgb[to + 1] = rgba[from + 1] as number
    rgb[to + 2] = rgba[from + 2] as number
  }
  return rgb
}
