/** In a page: files in memory and over `fetch`; folders are refused. */
import { encodeSafetensors } from '@gen/io'
import { readWeights } from '@gen/train'
import { mlpNetworks, standardVae } from '@gen/vae'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { key, openModel, useBackend } from './index.ts'

const addresses: Record<string, string> = {}
const files: Record<string, Uint8Array<ArrayBuffer>> = {}

beforeAll(async () => {
  await useBackend('cpu')
  const model = standardVae({ shape: [2], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) })
  const config = JSON.stringify({ family: 'vae', model: model.config })
  files['config.json'] = new TextEncoder().encode(config)
  files['model.safetensors'] = new Uint8Array(encodeSafetensors(await readWeights(model)))
  for (const [name, bytes] of Object.entries(files)) addresses[name] = URL.createObjectURL(new Blob([bytes]))
  model.dispose()
})
afterAll(() => {
  for (const address of Object.values(addresses)) URL.revokeObjectURL(address)
})

const fetched = async (name: string) => {
  const address = addresses[name]
  return address === undefined ? undefined : new Uint8Array(await (await fetch(address)).arrayBuffer())
}

it('opens the same model of files in memory and of fetched ones', async () => {
  const samples: number[][] = []
  for (const source of [files, fetched]) {
    const { model, family } = await openModel(source)
    expect(family).toBe('vae')
    const x = await model.sample({ count: 3, key: key(1) })
    samples.push([...x.dataSync()])
    x.dispose()
    model.dispose()
  }
  expect(samples[0]).toHaveLength(6)
  expect(samples[1]).toEqual(samples[0])
})

it('refuses a folder, and says what to pass', async () => {
  await expect(openModel('runs/digits')).rejects.toThrow(
    'open.openModel: expected files, for there are no folders outside of Node, got a path; pass the files by name',
  )
})
