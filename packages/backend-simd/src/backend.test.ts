import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { getThreads, setThreads } from './index.ts'
import { agreesWithCpu, describeBackend, specOf } from './kernels/laws.ts'

const kernelNames = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName)
const bytesInUse = () => (tf.memory() as unknown as { bytesInUse: number }).bytesInUse

describeBackend('backend', (threads) => {
  it('has every kernel of cpu, once', () => {
    const own = kernelNames('simd')
    expect(kernelNames('cpu').filter((name) => !own.includes(name))).toEqual([])
    expect(new Set(own).size).toBe(own.length)
    expect(own.filter((name) => !kernelNames('cpu').includes(name) && !name.startsWith('Gen'))).toEqual([])
  })

  it('runs on the threads it was given', async () => {
    expect(getThreads()).toBe(threads)
    if (threads === 1) await expect(setThreads(2)).rejects.toThrow(/no shared memory/)
  })

  it('takes kernels of cpu: one result, several, strings, complex numbers, nested kernels', async () => {
    await agreesWithCpu((x) => tf.tan(x), [specOf([5, 3], 1)])
    await agreesWithCpu((x) => tf.unstack(x), [specOf([5, 3], 1)])
    await agreesWithCpu((x) => Object.values(tf.topk(x, 2)), [specOf([5, 4], 1)])
    await agreesWithCpu((x) => tf.einsum('ij,kj->ik', x, x), [specOf([5, 4], 1)])
    await agreesWithCpu((x) => tf.mean(x, 1), [specOf([5, 4], 1, { dtype: 'bool' })])
    await agreesWithCpu((x) => tf.sum(x, 0), [specOf([5, 4], 1, { dtype: 'int32' })])
    await agreesWithCpu((x) => tf.abs(tf.fft(tf.complex(x, tf.zerosLike(x)))), [specOf([3, 8], 1)])
    await agreesWithCpu((x) => tf.real(tf.mul(tf.complex(x, x), tf.complex(x, tf.neg(x)))), [specOf([7], 1)])
    await agreesWithCpu((x) => tf.oneHot(x, 5), [specOf([7], 1, { dtype: 'int32', min: 0, max: 4 })])
    await tf.setBackend('simd')
    const text = tf.tidy(() => tf.concat([tf.tensor(['a', 'ü']), tf.tensor(['c'])]).dataSync())
    expect(Array.from(text as unknown as string[])).toEqual(['a', 'ü', 'c'])
  })

  it('returns copies, and does not alias the arrays it is given', () => {
    const given = new Float32Array([1, 2, 3])
    const x = tf.tensor1d(given)
    given[0] = 9
    const read = x.dataSync()
    x.dispose()
    const y = tf.tensor1d([7, 7, 7])
    expect(Array.from(read)).toEqual([1, 2, 3])
    y.dispose()
  })

  it('keeps complex numbers when what they were made of is gone', () => {
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])]
    const z = tf.complex(a, b)
    tf.dispose([a, b])
    const other = tf.fill([2], 9)
    expect(Array.from(z.dataSync())).toEqual([1, 3, 2, 4])
    tf.dispose([z, other])
  })

  it('moves tensors from and to another backend', async () => {
    await tf.setBackend('cpu')
    const x = tf.tensor1d([1, 0, 1], 'bool')
    const z = tf.tidy(() => tf.cast(tf.tensor1d([1, 2, 3], 'int32'), 'float32'))
    await tf.setBackend('simd')
    const y = tf.tidy(() => tf.add(z, tf.cast(x, 'float32')))
    await tf.setBackend('cpu')
    expect(Array.from(tf.tidy(() => tf.square(y).dataSync()))).toEqual([4, 4, 16])
    await tf.setBackend('simd')
    tf.dispose([x, y, z])
  })

  it('holds as much memory after 200 steps of many sizes as after 10', () => {
    const before = bytesInUse()
    const at: number[] = []
    for (let step = 0; step < 200; step++) {
      tf.tidy(() => {
        const x = tf.randomNormal([16, 1 + (step % 7)], 0, 1, 'float32', step)
        return tf.sum(tf.softmax(tf.matMul(x, tf.transpose(tf.add(x, 1))))).dataSync()
      })
      at.push(bytesInUse())
    }
    expect(at.filter((bytes) => bytes !== before)).toEqual([])
  })
})
