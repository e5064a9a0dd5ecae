/** `openModel` of `@gen/open` for commands: models as families have them, errors with the command that was typed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, useBackend } from '@gen/backend'
import { writeModelFolder } from '@gen/io/node'
import { readWeights } from '@gen/train'
import { engine, memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { families } from '../families/index.ts'
import { openModel } from './open-model.ts'

const path = mkdtempSync(join(tmpdir(), 'gen-open-'))
const small = { widths: [4], hidden: [4], layers: 1, latent: 2, bins: 4, width: 4, levels: 1, stepsPerLevel: 1 }

beforeAll(async () => {
  await useBackend('cpu')
})
afterAll(() => rmSync(path, { recursive: true, force: true }))

const registered = () => Object.entries(engine().state.registeredVariables)

function disposeBut(names: ReadonlySet<string>): void {
  for (const [name, variable] of registered()) if (!names.has(name)) variable.dispose()
}

it.each([
  ['diffusion', [2]],
  ['diffusion', [8, 8, 1]],
  ['flow', [2]],
  ['flow', [4, 4, 1]],
  ['gan', [2]],
  ['vae', [2]],
])('opens what gen train %s makes of %j, with its samples', async (family, shape) => {
  const names = new Set(registered().map(([name]) => name))
  const known = families[family]!
  const initial = Object.fromEntries(Object.entries(known.flags).map(([flag, { initial: value }]) => [flag, value]))
  const fitting = Object.fromEntries(Object.entries(small).filter(([flag]) => flag in initial))
  const made = known.create({ ...initial, ...fitting } as never, { shape }, key(0))
  const sampling = { sampleSteps: 3, sampler: 'heun', guidance: 1 }
  const config = { family, model: made.config, data: 'moons', ...sampling }
  await writeModelFolder(path, { config, tensors: await readWeights(made.trainable), card: 'x' })
  const { model, ...rest } = await openModel('gen test', path)
  expect(rest).toEqual({ family, data: 'moons', ...sampling })
  expect(model.config).toEqual(made.config)
  const drawn = await Promise.all(
    [made, model].map((one) => one.sample({ count: 2, key: key(1), steps: 3, guidance: 1 })),
  )
  const [wanted, got] = drawn.map((x) => [...x.dataSync()])
  expect(got).toEqual(wanted)
  for (const x of drawn) x.dispose()
  disposeBut(names)
})

it('says in errors which command it was, and where it looked', async () => {
  const before = memory().numTensors
  const message = 'gen test: expected config.json of a diffusion or flow or gan or tokens or vae model'
  await expect(openModel('gen test', 'no/such')).rejects.toThrow(message)
  await expect(openModel('gen test', 'no/such')).rejects.toThrow(`got ${join('no', 'such', 'config.json')} missing`)
  const gone = { 'vae/0': { dtype: 'F32', shape: [1], data: new Uint8Array(4) } } as const
  await writeModelFolder(path, { config: { family: 'vae', model: { kind: 'vae' } }, tensors: gone, card: 'x' })
  await expect(openModel('gen test', path)).rejects.toThrow('vae.vaeFromConfig: expected a VAE’s config')
  expect(memory().numTensors).toBe(before)
})
