/** `gen convert`: ours and diffusers' folders as ONNX files. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { key, useBackend } from '@gen/backend'
import { decodeSafetensors, toArray } from '@gen/io'
import { writeModelFolder } from '@gen/io/node'
import { variablesOf } from '@gen/train'
import { mlpNetworks, standardVae } from '@gen/vae'
import { disposeVariables, engine } from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { main } from '../index.ts'
import { convertCommand } from './convert.ts'

const pipeline = fileURLToPath(new URL('../../../../fixtures/diffusers/pipeline', import.meta.url))

it('writes what a folder of ours and one of diffusers hold, and says where', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const folder = mkdtempSync(join(tmpdir(), 'gen-convert-'))
  engine().startScope()
  await useBackend('cpu')
  try {
    const model = standardVae({ shape: [8, 8, 1], latentSize: 2, network: mlpNetworks({ widths: [8] }), key: key(0) })
    const config = { family: 'vae', model: model.config }
    await writeModelFolder(join(folder, 'vae'), { config, tensors: variablesOf(model), card: 'x' })
    await convertCommand.run([join(folder, 'vae')])
    expect(existsSync(join(folder, 'vae/onnx/encoder.onnx'))).toBe(true)
    expect(existsSync(join(folder, 'vae/onnx/decoder.onnx'))).toBe(true)
    await convertCommand.run([pipeline, '--out', join(folder, 'unet')])
    expect(log.mock.calls.flat().slice(-2)).toEqual(
      ['denoiser.onnx', 'README.md'].map((name) => join(folder, 'unet', name)),
    )
    expect(existsSync(join(folder, 'unet/denoiser.onnx'))).toBe(true)
    await expect(convertCommand.run([join(folder, 'none')])).rejects.toThrow(/config.json/)
  } finally {
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
})

it('a run goes to PyTorch with what its training goes on with, and comes back with the same bits', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const folder = mkdtempSync(join(tmpdir(), 'gen-convert-'))
  engine().startScope()
  try {
    const options = ['--steps', '2', '--batch', '8', '--sample-count', '4', '--widths', '8', '--clip-norm', 'Infinity']
    const run = join(folder, 'run')
    await main(['train', 'diffusion', '--data', 'moons', ...options, '--out', run, '--backend', 'cpu'])
    await convertCommand.run([run, '--to', 'pytorch'])
    const module = join(run, 'pytorch')
    const script = readFileSync(join(module, 'train.py'), 'utf8')
    expect(script).toContain('"--batch", type=int, default=8')
    expect(script).toContain('"--clip-norm", type=float, default=math.inf')
    const { tensors } = decodeSafetensors(readFileSync(join(module, 'training.safetensors')))
    expect([...toArray(tensors.step!)]).toEqual([2])
    const weights = Object.keys(decodeSafetensors(readFileSync(join(module, 'model.safetensors'))).tensors)
    const kept = weights.flatMap((name) => [`m.${name}`, `v.${name}`, `weights.${name}`])
    expect(Object.keys(tensors).sort()).toEqual([...kept, 'step'].sort())
    await convertCommand.run([module, '--to', 'gen', '--out', join(folder, 'back')])
    const file = 'model.safetensors'
    expect(decodeSafetensors(readFileSync(join(folder, 'back', file))).tensors).toEqual(
      decodeSafetensors(readFileSync(join(run, 'model', file))).tensors,
    )
    // All commands open what others may have trained.
    await main(['sample', module, '--count', '3', '--out', join(folder, 'points.npy'), '--backend', 'cpu'])
    expect(process.exitCode).toBeUndefined()
    await expect(convertCommand.run([run, '--to', 'diffusers'])).rejects.toThrow(/U-Net is of diffusers' make/)
  } finally {
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
})

it('what trains here on a network of diffusers goes to diffusers, and comes back with the same bits', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const folder = mkdtempSync(join(tmpdir(), 'gen-convert-'))
  engine().startScope()
  try {
    const network = ['--network', 'unet2d', '--schedule', 'squared-cosine', '--conditional', '--widths', '8,8']
    const options = ['--steps', '2', '--batch', '4', '--sample-count', '2', '--sample-steps', '2', '--backend', 'simd']
    const run = join(folder, 'run')
    await main(['train', 'diffusion', '--data', 'mnist', ...network, ...options, '--out', run])
    await convertCommand.run([run, '--to', 'diffusers'])
    const config = JSON.parse(readFileSync(join(run, 'diffusers/unet/config.json'), 'utf8'))
    expect([config.num_class_embeds, config.block_out_channels, config.sample_size]).toEqual([11, [8, 8], [28, 28]])
    const scheduler = JSON.parse(readFileSync(join(run, 'diffusers/scheduler/scheduler_config.json'), 'utf8'))
    expect([scheduler.beta_schedule, scheduler.prediction_type]).toEqual(['squaredcos_cap_v2', 'v_prediction'])
    await convertCommand.run([join(run, 'diffusers'), '--to', 'gen', '--out', join(folder, 'back')])
    const weights = (path: string) => decodeSafetensors(readFileSync(join(path, 'model.safetensors'))).tensors
    expect(weights(join(folder, 'back'))).toEqual(weights(join(run, 'model')))
  } finally {
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
})

it('a pipeline of diffusers becomes a folder of ours and a pipeline again, with the same bits', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const folder = mkdtempSync(join(tmpdir(), 'gen-convert-'))
  engine().startScope()
  try {
    await convertCommand.run([pipeline, '--to', 'diffusers', '--out', join(folder, 'one')])
    await convertCommand.run([pipeline, '--to', 'gen', '--out', join(folder, 'ours')])
    await convertCommand.run([join(folder, 'ours'), '--to', 'diffusers', '--out', join(folder, 'two')])
    const file = 'unet/diffusion_pytorch_model.safetensors'
    expect(readFileSync(join(folder, 'two', file))).toEqual(readFileSync(join(folder, 'one', file)))
  } finally {
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
})

it('the latent space of a folder that comes from PyTorch is mapped onto that of the model it was, by the identity', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const folder = mkdtempSync(join(tmpdir(), 'gen-convert-'))
  engine().startScope()
  try {
    const options = ['--steps', '1', '--batch', '8', '--sample-count', '4', '--widths', '8', '--latent', '2']
    const [run, module, out] = ['run', 'module', 'align'].map((name) => join(folder, name)) as [string, string, string]
    await main(['train', 'vae', '--data', 'moons', ...options, '--out', run, '--backend', 'cpu'])
    await convertCommand.run([run, '--to', 'pytorch', '--out', module])
    const sizes = ['--support', '32', '--test', '16', '--method', 'affine', '--backend', 'cpu']
    await main(['align', run, module, ...sizes, '--out', out])
    expect(process.exitCode).toBeUndefined()
    const { matrix } = JSON.parse(readFileSync(join(out, 'map.json'), 'utf8')) as { matrix: number[][] }
    expect(matrix.flat()).toBeAllClose([1, 0, 0, 1], { rtol: 0, atol: 1e-3 })
  } finally {
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
})
