import { fileURLToPath } from 'node:url'
import { getBackend } from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useBackend } from '../index.ts'

const ownFolder = new URL('../../../backend-simd/wasm', import.meta.url)
const tfjsFolder = fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm')))

const consoles = (['warn', 'error', 'log'] as const).map((level) => vi.spyOn(console, level))

afterEach(() => {
  for (const spy of consoles) {
    expect(spy).not.toHaveBeenCalled()
    spy.mockClear()
  }
})

describe('files that are not where they are looked for', () => {
  it('simd says so, and starts once it is told where they are', async () => {
    const lost = useBackend('simd', { wasmUrl: 'file:///nowhere/wasm' })
    await expect(lost).rejects.toThrow(
      expect.objectContaining({
        code: 'backend',
        message: expect.stringMatching(
          /expected the backend 'simd', got none: .*could not load file:\/\/\/nowhere\/wasm\/simd\S*\.wasm; pass options\.wasmUrl/,
        ),
      }),
    )
    const { name, threads } = await useBackend('simd', { wasmUrl: ownFolder })
    expect([name, getBackend()]).toEqual(['simd', 'simd'])
    expect(threads).toBeGreaterThanOrEqual(1)
  })

  it('wasm starts from a folder', async () => {
    const { name, threads, threadsReason } = await useBackend('wasm', { wasmUrl: tfjsFolder })
    expect(name).toBe('wasm')
    expect([threads, threadsReason]).toEqual([1, 'tfjs-backend-wasm has no threads in Node; use simd'])
  })
})
