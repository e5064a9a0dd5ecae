/** Tensors that hold fewer or more values than their shape says. */
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { describeBackend } from './kernels/laws.ts'
import { spoilFreeMemory } from './kernels/stale-memory.ts'

/** What tfjs-core lets through: it takes the shape from the nesting, the values from whatever has numbers as keys. */
const malformed: Record<string, () => tf.Tensor> = {
  'an array of tensors, in an operation': () => tf.add(tf.zeros([1]), [tf.scalar(3)] as never),
  'an array of tensors': () => tf.tensor([tf.scalar(3), tf.scalar(4)] as never),
  'an array of tensors as int32': () => tf.tensor1d([tf.scalar(3)] as never, 'int32'),
  'an array of tensors as bool': () => tf.tensor1d([tf.scalar(3)] as never, 'bool'),
  'rows of different lengths, too few': () => tf.tensor2d([[1, 2], [3]]),
  'rows of different lengths, too many': () => tf.tensor2d([[1], [2, 3]]),
  'rows of strings of different lengths': () => tf.tensor2d([['a', 'b'], ['c']]),
}

describeBackend('sizes', () => {
  it.each(Object.entries(malformed))('refuses %s', (_, make) => {
    const { bytesInUse } = tf.memory() as never as { bytesInUse: number }
    expect(() =>
      tf.tidy(() => {
        spoilFreeMemory()
        return make()
      }),
    ).toThrow(expect.objectContaining({ code: 'shape', message: expect.stringMatching(/tf\.stack/) }))
    expect(tf.memory()).toMatchObject({ bytesInUse })
  })

  it('takes as many values as the shape says, none included', () => {
    tf.tidy(() => {
      spoilFreeMemory()
      expect(tf.tensor([], [0, 3]).dataSync()).toHaveLength(0)
      expect([...tf.complex([1, 2], [3, 4]).dataSync()]).toEqual([1, 3, 2, 4])
      expect([...(tf.tensor(['a', 'b'], [2, 1]).dataSync() as never as string[])]).toEqual(['a', 'b'])
    })
  })
})
