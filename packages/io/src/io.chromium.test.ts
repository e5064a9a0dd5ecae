import { dispose, type Rank, randomUniform, tensor2d } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { decodeNpz, decodePng, decodeSafetensors, encodeNpz, encodePng, encodeSafetensors, toTensor } from './index.ts'

it('safetensors, npz and PNG make the round trip in a browser', () => {
  const x = tensor2d([
    [0, 1, 0.2],
    [0.4, 0.6, 0.8],
  ])
  const raws = [
    decodeSafetensors(encodeSafetensors({ x })).tensors.x,
    decodeNpz(encodeNpz({ x }, { compress: true })).x,
  ]
  const back = [...raws.map((raw) => toTensor(raw as NonNullable<typeof raw>)), decodePng(encodePng(x))]
  for (const tensor of back) expect(tensor.dataSync()).toBeAllClose(x.dataSync())
  dispose([x, ...back])
})

it('a PNG made here is an image to the browser', async () => {
  const image = randomUniform<Rank.R3>([5, 7, 3], 0, 1, 'float32', 1)
  const bitmap = await createImageBitmap(new Blob([encodePng(image) as Uint8Array<ArrayBuffer>], { type: 'image/png' }))
  expect([bitmap.width, bitmap.height]).toEqual([7, 5])
  image.dispose()
})
