import { exp, matMul, sub, sum } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { getThreads } from './index.ts'
import { agreesWithCpu, describeBackend, specOf } from './kernels/laws.ts'

describeBackend('in Chromium', (threads) => {
  it('runs on the threads it was given, on a page that is cross-origin isolated', () => {
    expect(crossOriginIsolated).toBe(true)
    expect(getThreads()).toBe(threads)
  })

  it('agrees with cpu', async () => {
    for (let i = 0; i < 20; i++) {
      await agreesWithCpu(exp, [specOf([70_003], i + 1)])
      await agreesWithCpu(sub, [specOf([701, 101], i + 1), specOf([101], i + 2)])
    }
    await agreesWithCpu((a, b) => sum(matMul(a, b), 0), [specOf([5, 7], 1), specOf([7, 3], 2)])
  })
})
