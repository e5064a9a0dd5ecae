/** `gen convert`: ours and diffusers' folders as ONNX files. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { key, useBackend } from '@gen/backend'
import { writeModelFolder } from '@gen/io/node'
import { variablesOf } from '@gen/train'
import { mlpNetworks, standardVae } from '@gen/vae'
import { disposeVariables, engine } from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
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
    expect(log.mock.lastCall).toEqual([join(folder, 'unet/denoiser.onnx')])
    expect(existsSync(join(folder, 'unet/denoiser.onnx'))).toBe(true)
    await expect(convertCommand.run([join(folder, 'none')])).rejects.toThrow(/config.json/)
  } finally {
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
})
