/**
 * With PyTorch itself, where there is one: runs go on in train.py and come back, and diffusers computes what we do. GEN_PYTHON names an interpreter
 * that has torch, numpy, safetensors and diffusers.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@gen/backend'
import { decodeSafetensors, encodeNpy } from '@gen/io'
import { openModel } from '@gen/open'
import { disposeVariables, engine, tensor, tensor1d, tidy, transpose } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../index.ts'

const python = process.env.GEN_PYTHON ?? 'python3'
const env = { ...process.env, OMP_NUM_THREADS: '1' }
const run = (...words: string[]) => spawnSync(python, words, { encoding: 'utf8', timeout: 280_000, env })
const lacks = (modules: string) => run('-c', `import ${modules}`).status !== 0
const told = (isLacking: boolean, modules: string) =>
  isLacking ? `needs ${modules}, which ${python} has not; GEN_PYTHON names another` : `with ${modules}`

let folder = ''
const at = (...names: string[]) => join(folder, ...names)
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

/** `gen …` in this process. */
async function gen(...words: string[]): Promise<void> {
  await main(words)
  expect(process.exitCode, words.join(' ')).toBeUndefined()
}

/** 64 images of 8 × 8 pixels, as a file. */
function images(): string {
  const data = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * 97 + (i >> 6) * 31) % 256)
  writeFileSync(at('images.npy'), encodeNpy({ dtype: 'U8', shape: [64, 8, 8, 1], data }))
  return at('images.npy')
}

const brief = ['--steps', '2', '--batch', '8', '--sample-count', '4', '--backend', 'simd']
/** The least error so far, below which three steps need not come; and what all logits of a Wasserstein critic have in common, whose gradient is 0. */
const mayStay = ['vae/state/0', 'discriminator/3']
const weights = (path: string) => decodeSafetensors(readFileSync(join(path, 'model.safetensors'))).tensors

const forTraining = 'torch, numpy, safetensors'
const noTorch = lacks(forTraining)
describe.skipIf(noTorch)(`train.py ${told(noTorch, forTraining)}`, { timeout: 300_000 }, () => {
  it.each<[data: string, words: string[]]>([
    ['images', ['diffusion', '--widths', '8']],
    ['images', ['vae', '--network', 'mlp', '--widths', '8']],
    ['images', ['vae', '--preset', 'vq', '--network', 'mlp', '--widths', '8', '--latent', '16']],
    ['moons', ['vae', '--preset', 'vamp', '--widths', '8', '--components', '3', '--likelihood', 'learned']],
    ['moons', ['vae', '--preset', 'computed-gamma', '--widths', '8']],
    ['moons', ['flow', '--hidden', '8']],
    ['images', ['flow', '--width', '8', '--levels', '2', '--noise', 'variational']],
    ['images', ['gan', '--preset', 'wgan-gp', '--network', 'mlp', '--widths', '8', '--augment', 'all']],
  ])('%s: %j goes on there, and comes back', async (name, words) => {
    const data = name === 'images' ? images() : name
    await gen('train', ...words, '--data', data, ...brief, '--out', at('run'))
    await gen('convert', at('run'), '--to', 'pytorch', '--out', at('module'))
    await gen('data', 'export', data, '--count', '64', '--out', at('data'))
    const there = run(at('module', 'train.py'), '--data', at('data'), '--steps', '3', '--batch', '8')
    expect(there.stderr).toBe('')
    expect(there.status).toBe(0)
    expect(there.stdout).toMatch(/^step 5, loss -?\d/)
    const losses = readFileSync(at('module', 'log.jsonl'), 'utf8').trim().split('\n')
    expect(losses.map((line) => Number.isFinite(JSON.parse(line).loss))).toEqual([true, true, true])
    await gen('convert', at('module'), '--to', 'gen', '--out', at('back'))
    const [before, after] = [weights(at('run', 'model')), weights(at('back'))]
    expect(Object.keys(after)).toEqual(Object.keys(before))
    const still = Object.keys(after).filter((one) => Buffer.from(after[one]!.data).equals(before[one]!.data))
    expect(still.filter((one) => !mayStay.includes(one))).toEqual([])
    await gen('sample', at('back'), '--count', '4', '--out', at('samples.npy'), '--backend', 'simd')
  })
})

/** Prints what diffusers' network gives for numbers of a file, and the signal ratio of the step. */
const script = `
import json, sys, torch
from diffusers import DDIMScheduler, UNet2DModel
network = UNet2DModel.from_pretrained(sys.argv[1], subfolder="unet").eval()
scheduler = DDIMScheduler.from_pretrained(sys.argv[1], subfolder="scheduler")
x = torch.tensor(json.load(open(sys.argv[2]))).reshape(2, 1, 8, 8)
with torch.no_grad():
    output = network(x, torch.tensor(250)).sample
print(json.dumps({"alpha": scheduler.alphas_cumprod[250].item(), "output": output.flatten().tolist()}))
`

const noDiffusers = noTorch || lacks('diffusers')
describe.skipIf(noDiffusers)(
  `gen convert --to diffusers ${told(noDiffusers, 'diffusers')}`,
  { timeout: 300_000 },
  () => {
    it('gives a UNet2DModel that computes what we do, within 1e-4', async () => {
      const network = ['--network', 'unet2d', '--schedule', 'squared-cosine', '--widths', '8,16', '--attention', '1']
      await gen('train', 'diffusion', ...network, '--data', images(), ...brief, '--out', at('run'))
      await gen('convert', at('run'), '--to', 'diffusers', '--out', at('theirs'))
      const x = Array.from({ length: 128 }, (_, i) => Math.sin(i * 1.7))
      writeFileSync(at('x.json'), JSON.stringify(x))
      const there = run('-c', script, at('theirs'), at('x.json'))
      expect(there.status, there.stderr).toBe(0)
      const { alpha, output } = JSON.parse(there.stdout) as { alpha: number; output: number[] }
      await useBackend('cpu')
      const model = await openModel(at('run'))
      if (model.family !== 'diffusion') throw new Error('expected a diffusion model')
      const { network: unet } = model.own
      if (!('denoise' in unet)) throw new Error('expected a network that denoises')
      const ours = tidy(() => {
        const images = transpose(tensor(x, [2, 1, 8, 8]), [0, 2, 3, 1])
        const made = unet.denoise(images, tensor1d([alpha, alpha]), {})
        return transpose(made, [0, 3, 1, 2]).dataSync()
      })
      expect(Math.hypot(...output)).toBeGreaterThan(1e-3)
      expect(ours).toBeAllClose(output, { rtol: 1e-4, atol: 1e-4 })
      model.own.dispose()
    })
  },
)
