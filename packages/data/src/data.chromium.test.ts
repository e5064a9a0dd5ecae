import { key } from '@gen/backend'
import { encodePng } from '@gen/io'
import { dispose, tensor3d } from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { imageFiles, imageFolder, mnist, moons } from './index.ts'

/** An IDX file of bytes that are all `value`. */
function idx(shape: number[], value: number): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, n) => product * n, 1)
  const file = new Uint8Array(4 + 4 * shape.length + count).fill(value)
  const view = new DataView(file.buffer)
  view.setUint32(0, 0x800 + shape.length)
  for (const [i, n] of shape.entries()) view.setUint32(4 + 4 * i, n)
  return file
}

it('MNIST is fetched from a folder beside the page', async () => {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    't10k-images-idx3-ubyte': idx([10, 28, 28], 51),
    't10k-labels-idx1-ubyte': idx([10], 7),
  }
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(String(url))
    return new Response(files[url.pathname.split('/').at(-1) ?? ''] ?? null)
  })
  const digits = await mnist({ split: 'test', size: 32, baseUrl: '/assets/mnist' }).finally(() => vi.unstubAllGlobals())
  expect(asked.sort()).toEqual(Object.keys(files).map((name) => `${location.origin}/assets/mnist/${name}`))
  const { x, labels } = digits.batches({ size: 8, key: key(0) }).at(0)
  expect([digits.size, x.shape, [...(labels?.dataSync() ?? [])]]).toEqual([10, [8, 32, 32, 1], new Array(8).fill(7)])
  expect(x.dataSync()[16 * 32 + 16]).toBeCloseTo(0.2, 6)
  dispose(labels ? [x, labels] : x)
})

it('what needs Node says so, and what to use instead', async () => {
  await expect(mnist()).rejects.toThrow(/data.mnist: expected to run in Node, got a browser; pass baseUrl/)
  await expect(imageFolder('faces')).rejects.toThrow(
    /data.imageFolder: expected to run in Node, got a browser; use imageFiles/,
  )
})

it('images of the browser are read: PNG, and JPEG of its canvas', async () => {
  const image = tensor3d([255, 0, 0, 0, 0, 255], [1, 2, 3])
  const canvas = new OffscreenCanvas(8, 8)
  const context = canvas.getContext('2d')
  if (context) {
    context.fillStyle = 'rgb(200, 100, 50)'
    context.fillRect(0, 0, 8, 8)
  }
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 })
  const files = [
    { name: 'canvas', read: async () => new Uint8Array(await jpeg.arrayBuffer()) },
    { name: 'png', read: () => encodePng(image) },
  ]
  const data = await imageFiles(files, { size: 1 })
  const { x } = data.take([0])
  const [r = 0, g = 0, b = 0] = Array.from(x.dataSync(), (value) => value * 255)
  expect(Math.max(Math.abs(r - 200), Math.abs(g - 100), Math.abs(b - 50))).toBeLessThan(4)
  dispose([x, image])
})

it('points are the same as in Node', () => {
  // Drawn in Node: sines differ between engines by a rounding, the random numbers not at all.
  const { points } = moons().draw(2, key(0))
  expect(points).toBeAllClose(expectedPoints, { atol: 1e-6 })
})

const expectedPoints = [-2.8241963386535645, 0.46364519000053406, 0.6345148086547852, -1.4638440608978271]
