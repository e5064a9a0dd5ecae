/** An embedding as channels beside those of an image. @module */
import { defineLayer, type LayerOptions } from '@gen/nn'
import { concat, mul, ones, reshape, type Tensor } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

const layer = defineLayer({
  where: 'unet.beside',
  className: 'GenBeside',
  inputs: [2, 2],
  outputShape: ([x, embedding], _: object) => [...x!.slice(0, -1), x!.at(-1)! + embedding!.at(-1)!],
  call: ([x, embedding]) => concat([x!, spread(embedding!, x!.shape)], -1),
})

/** Inputs `[x, embedding]`: appends the embedding `[batch, size]` to the channels of every position of x. */
export function besideLayer(options: LayerOptions = {}): layers.Layer {
  return layer(options)
}

function spread(embedding: Tensor, [batch = 1, ...rest]: number[]): Tensor {
  const positions = rest.slice(0, -1)
  const column = reshape(embedding, [batch, ...positions.map(() => 1), -1])
  return mul(column, ones([batch, ...positions, 1]))
}
