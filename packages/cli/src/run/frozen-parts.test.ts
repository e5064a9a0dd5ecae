/** `gen train --from … --freeze …`: frozen parts keep their bits, all else trains, and a run goes on. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pytorchNames } from '@gen/convert'
import { decodeSafetensors } from '@gen/io'
import { openModel } from '@gen/open'
import { disposeVariables, engine } from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { main } from '../index.ts'

it('fine-tunes a VAE whose encoder is frozen, and resumes', async () => {
  const spies = (['log', 'error'] as const).map((name) => vi.spyOn(console, name).mockReturnValue())
  const folder = mkdtempSync(join(tmpdir(), 'gen-from-'))
  engine().startScope()
  try {
    const small = ['--batch', '8', '--sample-count', '4', '--backend', 'cpu', '--data', 'moons']
    const [first, second] = [join(folder, 'first'), join(folder, 'second')]
    await main(['train', 'vae', ...small, '--steps', '1', '--widths', '8', '--latent', '2', '--out', first])
    const from = ['--from', first, '--freeze', 'encoder', '--out', second]
    await main(['train', 'vae', ...small, ...from, '--steps', '1', '--ema', '0'])
    await main(['train', 'vae', '--resume', second, '--steps', '2', '--backend', 'cpu'])
    expect(spies[1]!.mock.calls).toEqual([])
    expect(process.exitCode).toBeUndefined()
    const read = (run: string) => decodeSafetensors(readFileSync(join(run, 'model/model.safetensors'))).tensors
    const [before, after] = [read(first), read(second)]
    expect(Object.keys(after)).toEqual(Object.keys(before))
    const { own } = await openModel(second)
    for (const [name, place] of Object.entries(pytorchNames(own))) {
      const same = Buffer.compare(before[name]!.data, after[name]!.data) === 0
      expect(same, place).toBe(place.startsWith('encoder.'))
    }
    for (const [freeze, said] of [
      ['nothing', 'encoder, decoder'],
      ['encoder,decoder', 'which is all'],
    ] as const) {
      const words = ['train', 'vae', ...small, '--from', first, '--freeze', freeze, '--out', join(folder, freeze)]
      await main(words)
      expect(spies[1]!.mock.lastCall?.[0]).toContain(said)
    }
    await main(['train', 'gan', ...small, '--from', first, '--out', join(folder, 'gan')])
    expect(spies[1]!.mock.lastCall?.[0]).toContain('expected --from a gan model, got a vae model')
  } finally {
    process.exitCode = undefined
    engine().endScope()
    disposeVariables()
    rmSync(folder, { recursive: true, force: true })
    for (const spy of spies) spy.mockRestore()
  }
}, 60_000)
