/** An image at another size. @module */
import { defineLayer, type LayerOptions } from '@gen/nn'
import { expandDims, image, squeeze, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

interface ResizedOptions extends LayerOptions {
  /** Height and width, or positions of a signal. */
  size: number[]
}

const layer = defineLayer({
  where: 'unet.resized',
  className: 'GenUnetResized',
  outputShape: ([x], { size }: { size: number[] }) => [x![0]!, ...size, x!.at(-1)!],
  call: ([x], { size }) => {
    if (size.length === 2) return image.resizeBilinear(x as Tensor4D, [size[0]!, size[1]!], false, true)
    const tall = expandDims<Tensor4D>(x as Tensor3D, 2)
    return squeeze(image.resizeBilinear(tall, [size[0]!, 1], false, true), [2])
  },
})

/** Brings images `[batch, h, w, c]` or signals `[batch, n, c]` to a size, by linear interpolation between the centers of pixels. */
export function resizedLayer(options: ResizedOptions): layers.Layer {
  return layer(options)
}
