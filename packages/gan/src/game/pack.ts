/** Several samples as one, for a discriminator that shall see whether they differ. @module */
import { refusal } from '@gen/backend'
import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core'

/**
 * Puts the channels of `size` rows that follow each other side by side: `[b, …, c]` → `[b / size, …, size · c]`.
 *
 * @throws GenError `shape` for a batch that does not divide.
 * @see PacGAN (Lin et al., 2017) https://arxiv.org/abs/1712.04086
 */
export function packRows(x: Tensor, size: number): Tensor {
  if (size === 1) return x
  const [batch, positions, channels] = threeAxes(x)
  if (batch % size !== 0) {
    throw refusal('shape', 'gan.pack', {
      expected: `a batch divisible by ${size}`,
      got: batch,
      remedy: 'pass another batch size',
    })
  }
  const side = transpose(reshape(x, [batch / size, size, positions, channels]), [0, 2, 1, 3])
  return reshape(side, [batch / size, ...x.shape.slice(1, -1), size * channels])
}

/** Undoes {@link packRows}. */
export function unpackRows(x: Tensor, size: number): Tensor {
  if (size === 1) return x
  const [batch, positions, channels] = threeAxes(x)
  const rows = transpose(reshape(x, [batch, positions, size, channels / size]), [0, 2, 1, 3])
  return reshape(rows, [batch * size, ...x.shape.slice(1, -1), channels / size])
}

function threeAxes(x: Tensor): [batch: number, positions: number, channels: number] {
  const [batch, channels] = [x.shape[0], x.shape.at(-1)!]
  return [batch, x.shape.slice(1, -1).reduce((product, n) => product * n, 1), channels]
}
