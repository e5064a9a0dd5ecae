/** The built package, in plain Node, with tfjs-core alone. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import './index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'node_modules/.built')

beforeAll(() => {
  const tsup = join(root, 'node_modules/tsup', 'dist/cli-default.js')
  mkdirSync(folder, { recursive: true })
  execFileSync(process.execPath, [tsup, '--no-dts', '--out-dir', folder], { cwd: root, stdio: 'pipe' })
}, 120_000)

/** Runs a module that sees the built package as `./index.js`; nothing may reach the error stream. */
function run(name: string, lines: string[]): unknown {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, lines.join('\n'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

const imports = ["import * as tf from '@tensorflow/tfjs-core'"]

describe('the built package in plain Node', () => {
  it('gives tfjs-core gradients, to second order, by its import alone', () => {
    const result = run('gradients', [
      ...imports,
      "import { useBackend } from './index.js'",
      "await useBackend('cpu')",
      'const x = tf.ones([1, 3, 3, 1])',
      "const conv = (w) => tf.sum(tf.square(tf.conv2d(x, w, 1, 'valid')))",
      'const w = tf.fill([2, 2, 1, 1], 0.5)',
      'const first = [...tf.grad(conv)(w).dataSync()]',
      'const silu = (t) => tf.sum(tf.mul(t, tf.sigmoid(t)))',
      'const second = tf.grad((t) => tf.sum(tf.grad(silu)(t)))(tf.tensor1d([0]))',
      'console.log(JSON.stringify({ first, second: second.dataSync()[0] }))',
    ])
    // Four outputs of 2 each: ∂Σy²/∂w = 2·2·4. And silu″(0) = 2σ′(0) = ½.
    expect(result).toEqual({ first: [16, 16, 16, 16], second: 0.5 })
  })

  it('works with two copies of itself', () => {
    const result = run('copies', [
      ...imports,
      "import { GenError, normalArray, key, useBackend } from './index.js'",
      "const other = await import('./index.js?copy')",
      "await useBackend('cpu')",
      "await other.useBackend('cpu')",
      'const f = (t) => tf.sum(tf.exp(tf.tanh(t)))',
      'const second = tf.grad((t) => tf.sum(tf.grad(f)(t)))(tf.tensor1d([0])).dataSync()[0]',
      "const foreign = GenError.is(new other.GenError('value', 'x'))",
      'const same = normalArray(key(1), 2, 3).join() === other.normalArray(other.key(1), 2, 3).join()',
      'console.log(JSON.stringify({ copies: other.key !== key, second, foreign, same}))',
    ])
    // (exp ∘ tanh)″(0) = 1.
    expect(result).toEqual({ copies: true, second: 1, foreign: true, same: true })
  })

  it('trains on tfjs-backend-wasm without being told where its files are', () => {
    const result = run('wasm', [
      ...imports,
      "import { useBackend } from './index.js'",
      "const { name } = await useBackend('wasm')",
      'const x = tf.ones([1, 3, 3, 1])',
      "const conv = (w) => tf.sum(tf.square(tf.conv2d(x, w, 1, 'valid')))",
      'const gradient = [...tf.grad(conv)(tf.fill([2, 2, 1, 1], 0.5)).dataSync()]',
      'console.log(JSON.stringify({ name, gradient }))',
    ])
    expect(result).toEqual({ name: 'wasm', gradient: [16, 16, 16, 16] })
  })
})
