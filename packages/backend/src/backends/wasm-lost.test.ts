import { afterEach, expect, it, vi } from 'vitest'
import { useBackend } from '../index.ts'

const warn = vi.spyOn(console, 'warn')

afterEach(() => expect(warn).not.toHaveBeenCalled())

it('passes over a wasm backend whose files are lost, and says which and what to do', async () => {
  const { name, passedOver } = await useBackend(['wasm', 'cpu'], { wasmUrl: '/nowhere' })
  expect(name).toBe('cpu')
  const reason = expect.stringMatching(/'\/nowhere\/tfjs-backend-wasm\S*\.wasm'\); pass wasmUrl: the address of a copy/)
  expect(passedOver).toEqual([{ name: 'wasm', reason }])
})

it('says that tfjs takes no other folder after that', async () => {
  await expect(useBackend('wasm', { wasmUrl: '/elsewhere' })).rejects.toThrow(/only in a new process or page/)
})
