/** tfjs-core's own tests of its operations, gradients and optimizers, run on `simd`. On `cpu` all 3819 pass. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Tests that ask for something wrong. */
const exceptions: Record<string, string> = {
  'avgPool gradient x=[3,3,1] f=[3,3] s=1 p=explicit':
    'divides by the whole window at padded edges, where the forward pass divides by the pixels that exist',
  'conv2dTranspose input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4':
    'transposes, at stride 1, a convolution of 4×4 pixels that gives 8×8',
}

interface Result {
  passed: number
  failed: { name: string; message: string }[]
  pending: number
}

it('passes the tests of tfjs-core', { timeout: 180_000 }, async () => {
  const script = fileURLToPath(new URL('../tfjs-specs/run.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'simd'], { maxBuffer: 2 ** 26 })
  const { passed, failed, pending } = JSON.parse(stdout) as Result
  expect(failed.filter(({ name }) => !(name in exceptions))).toEqual([])
  expect(passed).toBeGreaterThanOrEqual(3819 - Object.keys(exceptions).length)
  expect(pending).toBe(0)
})
