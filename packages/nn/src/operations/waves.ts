/** Sines and cosines of a number per sample. @module */
import {
  concat,
  cos,
  floor,
  matMul,
  mul,
  reshape,
  sin,
  sub,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core'

/** `[b, columns]` → `[b, 2K]`: `sin(2π x·f_k)`, then `cos(2π x·f_k)`; frequencies row by row, `[columns, K]`. */
export function waves(x: Tensor, frequencies: ArrayLike<number>, columns = 1): Tensor {
  const values = Float32Array.from(frequencies)
  const turns = turnsOf(reshape(x, [-1, columns]), tensor2d(values, [columns, values.length / columns]), columns)
  // Whole turns are left out: some devices' sine is good only near 0.
  const angle = mul(sub(turns, floor(turns)), 2 * Math.PI)
  return concat([sin(angle), cos(angle)], 1)
}

function turnsOf(x: Tensor, frequencies: Tensor, columns: number): Tensor {
  return columns === 1 ? mul(x, frequencies) : matMul(x as Tensor2D, frequencies as Tensor2D)
}
