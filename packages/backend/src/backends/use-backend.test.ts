import { getBackend, scalar } from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { backendName, hasKernel, useBackend } from '../index.ts'

const failing = vi.hoisted(() => ({ reason: undefined, calls: 0 }))

vi.mock('@gen/backend-simd', () => ({
  registerSimdBackend: async () => {
    failing.calls++
    throw new Error(failing.reason ?? 'this engine has no SIMD')
  },
}))

afterEach(() => useBackend('cpu'))

describe('useBackend', () => {
  it('takes the best that can be had, and says why not the others', async () => {
    const { name, passedOver } = await useBackend()
    expect(name).toBe('wasm')
    expect(passedOver.map((other) => other.name)).toEqual(['webgpu', 'simd'])
    expect(passedOver[0]!.reason).toMatch(/webgpu is not installed; run npm install webgpu/)
    expect(passedOver[1]!.reason).toBe('this engine has no SIMD')
    expect(getBackend()).toBe('wasm')
    expect(backendName()).toBe('wasm')
  })

  it('takes preferences in their order', async () => {
    expect(await useBackend(['webgl', 'cpu', 'wasm'])).toEqual({
      name: 'cpu',
      passedOver: [{ name: 'webgl', reason: 'there is no browser' }],
      threads: 1,
      threadsReason: 'cpu is plain JavaScript; use simd',
    })
    expect(await useBackend('wasm')).toMatchObject({ name: 'wasm', passedOver: [] })
    expect(await useBackend('cpu')).toMatchObject({ name: 'cpu', passedOver: [] })
  })

  it('tries what cannot be had only once', async () => {
    const before = failing.calls
    await useBackend(['simd', 'cpu'])
    await useBackend(['simd', 'cpu'])
    expect(failing.calls - before).toBeLessThanOrEqual(1)
  })

  it.each([
    [
      'webgl',
      /backend\.useBackend: expected the backend 'webgl', got none: there is no browser; or call useBackend\(\)/,
    ],
    ['tensorflow', /@tensorflow\/tfjs-node is not installed; run npm install @tensorflow\/tfjs-node/],
    ['simd', /got none: this engine has no SIMD/],
  ] as const)('fails with the reason where %s is a must', async (name, message) => {
    await expect(useBackend(name)).rejects.toThrow(
      expect.objectContaining({ code: 'backend', message: expect.stringMatching(message) }),
    )
  })

  it('fails with all reasons where none of several can be had', async () => {
    await expect(useBackend(['webgl', 'simd'])).rejects.toThrow(/webgl: there is no browser; simd: .*add 'cpu'/)
  })

  it.each([
    ['gpu' as never, /expected names among webgpu, simd, webgl, wasm, cpu, tensorflow, got 'gpu'/],
    [[], /got an empty list/],
  ])('refuses %o', async (preferences, message) => {
    await expect(useBackend(preferences)).rejects.toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    )
  })

  it('leaves the console alone on cpu', async () => {
    const warn = vi.spyOn(console, 'warn')
    await useBackend('cpu')
    scalar(1).dispose()
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })
})

describe('the running backend', () => {
  it('has kernels, or not', async () => {
    await useBackend('cpu')
    expect(hasKernel('Add')).toBe(true)
    expect(hasKernel('GenGroupNorm')).toBe(false)
  })
})
