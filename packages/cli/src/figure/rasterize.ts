/** SVG as PNG, in WebAssembly. @module */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { refusal } from '@gen/backend'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

const require = createRequire(import.meta.url)

/** Pixels of a picture, at most: 256 MB of colors. */
const mostPixels = 2 ** 26

/** The font, once read; resvg keeps one module for the process and refuses a second start. */
let started: Promise<Uint8Array> | undefined

async function start(): Promise<Uint8Array> {
  const wasm = await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm'))
  // `@gen/data` may have started it, for faces.
  await initWasm(wasm).catch((cause: Error) => {
    if (!/already initialized/i.test(cause.message)) throw cause
  })
  return readFile(require.resolve('@expo-google-fonts/fira-mono/400Regular/FiraMono_400Regular.ttf'))
}

/**
 * Draws an SVG document of `width × height` pixels as PNG. Text is set in Fira Mono, whatever fonts the machine has; images
 * are enlarged pixel by pixel.
 *
 * @throws GenError 'range' for more than 2²⁶ pixels.
 */
export async function rasterize(svg: string): Promise<Uint8Array> {
  const [, width = '0', height = '0'] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
  if (Number(width) * Number(height) > mostPixels) {
    const got = `${width} × ${height}`
    throw refusal('range', 'gen', {
      expected: 'a picture of at most 8192 × 8192 pixels',
      got,
      remedy: 'pass a smaller --scale',
    })
  }
  started ??= start()
  const font = await started
  const options = { imageRendering: 1, font: { fontBuffers: [font], defaultFontFamily: 'Fira Mono' } } as const
  const rasterizer = new Resvg(svg, options)
  try {
    const image = rasterizer.render()
    const png = image.asPng()
    image.free()
    return png
  } finally {
    rasterizer.free()
  }
}
