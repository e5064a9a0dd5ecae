/** With PyTorch itself, where there is one: runs go on in train.py and come back, and diffusers computes what we do. GEN_PYTHON names the interpreter. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSafetensors, toArray } from '@gen/io'
import { disposeVariables, engine } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../index.ts'

const python = process.env.GEN_PYTHON ?? 'python3'
const run = (...words: string[]) => spawnSync(python, words, { encoding: 'utf8', timeout: 240_000 })
const lacks = (modules: string) => run('-c', `import ${modules}`).status !== 0
const told = (modules: string) =>
  lacks(modules) ? `(skipped: ${python} has no ${modules}; GEN_PYTHON names another)` : ''

let folder = ''
beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue()
  folder = mkdtempSync(join(tmpdir(), 'gen-python-'))
  engine().startScope()
})
afterEach(() => {
  engine().endScope()
  disposeVariables()
  rmSync(folder, { recursive: true, force: true })
  vi.restoreAllMocks()
})

async function gen(...words: string[]): Promise<void> {
  await main([...words])
  expect(process.exitCode, words.join(' ')).toBeUndefined()
}

const brief = ['--steps', '2', '--batch', '8', '--sample-count', '4', '--backend', 'simd']
const weights = (path: string) => decodeSafetensors(readFileSync(join(path, 'model.safetensors'))).tensors

const torch = 'torch, numpy, safetensors'

describe.skipIf(lacks(torch))(`train.py ${told(torch)}`, { timeout: 300_000 }, () => {
  it.each<[data: string, words: string[]]>([
    ['mnist', ['diffusion', '--widths', '8,8', '--conditional']],
    ['mnist', ['vae', '--widths', '8']],
    ['mnist', ['vae', '--preset', 'vq', '--widths', '8', '--latent', '16']],
    ['moons', ['vae', '--preset', 'vamp', '--widths', '8', '--components', '3', '--likelihood', 'learned']],
    ['moons', ['vae', '--preset', 'computed-gamma', '--widths', '8']],
    ['mnist', ['vae', '--preset', 'conditional', '--widths', '8']],
    ['moons', ['flow', '--hidden', '8']],
    ['mnist', ['flow', '--width', '8', '--levels', '1', '--noise', 'variational', '--conditional']],
  ])('%s: %j goes on there, and comes back', async (data, words) => {
    const at = (name: string) => join(folder, name)
    await gen('train', ...words, '--data', data, ...brief, '--out', at('run'))
    await gen('convert', at('run'), '--to', 'pytorch', '--out', at('module'))
    await gen('data', 'export', data, '--count', '64', '--out', at('data'))
    const { status, stderr, stdout } = run(join(at('module'), 'train.py'), '--data', at('data'), '--steps', '3')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^step 5, loss -?\d/)
    const losses = readFileSync(join(at('module'), 'log.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(losses.map((line) => Number.isFinite(JSON.parse(line).loss))).toEqual([true, true, true])
    await gen('convert', at('module'), '--to', 'gen', '--out', at('back'))
    const [before, after] = [weights(join(at('run'), 'model')), weights(at('back'))]
    expect(Object.keys(after)).toEqual(Object.keys(before))
    const moved = Object.keys(after).filter(
      (name) => !Buffer.from(after[name]!.data).equals(Buffer.from(before[name]!.data)),
    )
    expect(moved.length / Object.keys(after).length).toBeGreaterThan(0.9)
    await gen('sample', at('back'), '--count', '4', '--out', at('samples.npy'), '--backend', 'simd')
  })
})
