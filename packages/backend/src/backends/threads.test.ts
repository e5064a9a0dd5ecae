import { getBuild, registerSimdBackend, setThreads } from '@gen/backend-simd'
import { afterEach, expect, it, vi } from 'vitest'
import { useBackend } from '../index.ts'
import { threadsOf } from './threads.ts'

afterEach(() => vi.unstubAllGlobals())

it('tells the threads of simd, and why there is one', async () => {
  // Whatever the number of cores.
  registerSimdBackend({ threads: 2 })
  await useBackend('simd')
  await setThreads(2)
  const { build, buildReason, ...others } = await useBackend('simd')
  expect(others).toEqual({ name: 'simd', passedOver: [], threads: 2 })
  expect({ name: build, reason: buildReason }).toEqual({ reason: undefined, ...getBuild() })
  expect(['wide', 'relaxed', 'plain']).toContain(build)
  await setThreads(1)
  const { threads, threadsReason } = await useBackend('simd')
  expect(threads).toBe(1)
  expect(threadsReason).toMatch(/registered with threads: 1|one core/)
})

it('names the headers that a page lacks', async () => {
  await useBackend('simd')
  // As in a browser: there is a document, and the page is not isolated.
  vi.stubGlobal('document', {})
  vi.stubGlobal('crossOriginIsolated', false)
  expect((await threadsOf('simd')).threadsReason).toMatch(
    /Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp/,
  )
})

it('knows none of what the GPU computes', async () => {
  expect(await threadsOf('webgpu')).toEqual({})
  expect(await threadsOf('tensorflow')).toEqual({})
})
