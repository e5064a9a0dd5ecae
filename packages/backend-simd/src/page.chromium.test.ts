import { matMul, sum } from '@tensorflow/tfjs-core'
import { describe, expect, inject, it } from 'vitest'
import { getThreads, setThreads } from './index.ts'
import { agreesWithCpu, describeBackend, specOf, startSimd } from './kernels/laws.ts'

describeBackend('on a page', (threads) => {
  it('runs on the threads it was given', () => {
    expect(getThreads()).toBe(threads)
  })

  it('agrees with cpu', () => agreesWithCpu((a, b) => sum(matMul(a, b), 0), [specOf([5, 7], 1), specOf([7, 3], 2)]))
})

describe('the headers of the page', () => {
  it('decide whether there are threads', async () => {
    expect(crossOriginIsolated).toBe(inject('isolated'))
    await startSimd({ threads: 2 })
    expect(getThreads()).toBe(crossOriginIsolated ? 2 : 1)
    if (!crossOriginIsolated) await expect(setThreads(2)).rejects.toThrow(/Cross-Origin-Opener-Policy/)
  })
})
