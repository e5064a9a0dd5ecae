/** Shapes of events and of the outputs that stand for them. @module */
import { assertShape, refusal } from '@gen/backend'
import { reshape, slice, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'

/** Sums over everything but the batch: `[batch, …]` → `[batch]`. */
export function sumEvent(x: Tensor): Tensor1D {
  return sum(reshape(x, [x.shape[0], -1]), 1)
}

/** Throws a GenError `shape` unless the output has `channels` times the channels of x, and otherwise its shape. */
export function assertOutput(where: string, x: Tensor, output: Tensor, channels: number): void {
  const expected = x.shape.map((n, i) => (i > 0 && i === x.rank - 1 ? n * channels : n))
  assertShape(where, 'output', output, expected, `make the decoder give ${channels} channel(s) for each of the data's`)
}

/** Cuts the last axis into `count` blocks of the same size. Throws a GenError `shape` where it does not divide. */
export function blocks(where: string, output: Tensor, count: number): Tensor[] {
  const last = output.shape[output.rank - 1] ?? 0
  const size = last / count
  if (!Number.isInteger(size)) {
    const got = `[${output.shape.join(', ')}]`
    throw refusal('shape', where, {
      expected: `output with channels divisible by ${count}`,
      got,
      details: { channels: last, count },
    })
  }
  const front = output.shape.slice(0, -1)
  return Array.from({ length: count }, (_, i) => {
    return slice(output, [...front.map(() => 0), i * size], [...front, size])
  })
}
