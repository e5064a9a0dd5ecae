/** Affine maps of the last axis, and the scale and offset that an embedding gives. @module */
import { add, matMul, mul, reshape, split, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'

/** `x·kernel + bias` on the last axis: `[…, in]` with `[in, out]` and `[out]` gives `[…, out]`. */
export function affine(x: Tensor, kernel: Tensor, bias?: Tensor): Tensor {
  if (x.shape.length === 2) {
    const product = matMul(x as Tensor2D, kernel as Tensor2D)
    return bias === undefined ? product : add(product, bias)
  }
  const [channelsIn, channelsOut] = kernel.shape as [number, number]
  return reshape(affine(reshape(x, [-1, channelsIn]), kernel, bias), [...x.shape.slice(0, -1), channelsOut])
}

/** From an embedding `[b, e]` and a kernel `[e, 2c]`: a scale around 1 and an offset around 0, each `[b, c]`. */
export function scaleAndOffset(embedding: Tensor, kernel: Tensor, bias: Tensor): [scale: Tensor, offset: Tensor] {
  const [scale, offset] = split(affine(embedding, kernel, bias), 2, 1)
  return [add(scale!, 1), offset!]
}

/** A value per sample and channel `[b, c]`, shaped to broadcast over the positions of `[b, …, c]`. */
export function overPositions(value: Tensor, like: Tensor): Tensor {
  const [batch, channels] = value.shape as [number, number]
  return reshape(value, [batch, ...like.shape.slice(1, -1).map(() => 1), channels])
}

/** `x·scale + offset`, with a scale and an offset per sample and channel. */
export function modulate(x: Tensor, [scale, offset]: [scale: Tensor, offset: Tensor]): Tensor {
  return add(mul(x, overPositions(scale, x)), overPositions(offset, x))
}
