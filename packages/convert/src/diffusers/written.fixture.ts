/** Writes what fixtures/diffusers/check.py reads: `node --import tsx --conditions=@gen/source <this file> <folder>`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { useBackend } from '@gen/backend'
import { diffusion, discreteSchedule } from '@gen/diffusion'
import { autoencoderKl, autoencoderToDiffusers, diffusionToDiffusers, unet2D, vqModel } from '../index.ts'
import { byFormula } from '../testing/numbers.ts'
import { fromPeer } from '../weights/named-weight.ts'

const blocks = { block_out_channels: [4, 8], norm_num_groups: 2, sample_size: 8 }
const coder = {
  ...blocks,
  down_block_types: ['DownEncoderBlock2D' as const, 'DownEncoderBlock2D' as const],
  up_block_types: ['UpDecoderBlock2D' as const, 'UpDecoderBlock2D' as const],
}

/** The files of one model of each kind, on weights by formula. */
export async function writtenFiles(): Promise<Record<'pipeline' | 'kl' | 'vq', Record<string, Uint8Array>>> {
  const channels = { in_channels: 1, out_channels: 1, layers_per_block: 1, attention_head_dim: 4 }
  const types = { down_block_types: ['DownBlock2D', 'AttnDownBlock2D'], up_block_types: ['AttnUpBlock2D', 'UpBlock2D'] }
  const network = unet2D({ ...blocks, ...channels, ...types })
  const models = { kl: autoencoderKl(coder), vq: vqModel({ ...coder, num_vq_embeddings: 8 }) }
  for (const { weights } of [network, models.kl, models.vq]) fromPeer('fixture', weights, byFormula(weights))
  const model = diffusion({ network, schedule: discreteSchedule() })
  const files = {
    pipeline: await diffusionToDiffusers({ model, network }),
    kl: await autoencoderToDiffusers(models.kl),
    vq: await autoencoderToDiffusers(models.vq),
  }
  for (const made of [network, models.kl, models.vq]) made.dispose()
  return files
}

const [, script, folder] = process.argv
if (script?.endsWith('written.fixture.ts') && folder) {
  await useBackend('cpu')
  for (const [name, files] of Object.entries(await writtenFiles())) {
    for (const [file, bytes] of Object.entries(files)) {
      const path = join(folder, name, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, bytes)
    }
  }
}
