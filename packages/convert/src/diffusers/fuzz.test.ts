/** Broken folders: a model or a clear error, and nothing left behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GenError, key, randintArray, useBackend } from '@gen/backend'
import { engine } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { autoencoderFromDiffusers, autoencoderToDiffusers, diffusionFromDiffusers, vqModel } from '../index.ts'

type Files = Record<string, Uint8Array>

beforeAll(async () => {
  await useBackend('cpu')
})

/** A stream of whole numbers below 2³¹. */
function draws(seed: number): () => number {
  const numbers = randintArray(key(seed), 1, 64, { min: 0, max: 2 ** 31 - 1 })
  let at = 0
  return () => numbers[at++ % numbers.length]!
}

function folderFiles(name: string): Files {
  const folder = fileURLToPath(new URL(`../../../../fixtures/diffusers/${name}`, import.meta.url))
  const found: Files = {}
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file)
    if (existsSync(path) && /\.(json|safetensors)$/.test(file)) found[file] = new Uint8Array(readFileSync(path))
  }
  return found
}

const strange = [
  null,
  -1,
  0,
  1e300,
  0.5,
  2 ** 53,
  '',
  'constructor',
  [],
  {},
  [[]],
  true,
  '../x',
  [1, 2, 3],
  ['DownBlock2D'],
]

/** A member of an object somewhere in it, replaced. */
function bend(value: unknown, next: () => number): unknown {
  if (typeof value !== 'object' || value === null) return strange[next() % strange.length]
  const names = Object.keys(value)
  if (names.length === 0 || next() % 12 === 0) return strange[next() % strange.length]
  const name = names[next() % names.length]!
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value }
  if (next() % 6 === 0) delete copy[name]
  else copy[name] = bend(copy[name], next)
  return copy
}

function broken(files: Files, next: () => number): Files {
  const names = Object.keys(files)
  const name = names[next() % names.length]!
  const bytes = files[name]!
  if (next() % 12 === 0) return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name))
  if (name.endsWith('.json') && next() % 4 !== 0) {
    const bent = bend(JSON.parse(new TextDecoder().decode(bytes)), next)
    return { ...files, [name]: new TextEncoder().encode(JSON.stringify(bent)) }
  }
  const copy = bytes.slice(0, next() % 3 === 0 ? next() % bytes.length : bytes.length)
  const places = name.endsWith('.json') ? copy.length : Math.min(copy.length, 4000)
  for (let i = 0; i < 1 + (next() % 4) && places > 0; i++) copy[next() % places] = next() % 256
  return { ...files, [name]: copy }
}

async function outcome(open: () => Promise<{ dispose(): void }>): Promise<'model' | 'error'> {
  try {
    const model = await open()
    model.dispose()
    return 'model'
  } catch (error) {
    if (!GenError.is(error)) throw error
    expect(error.message).toMatch(/^[\w-]+(\.\w+)+: expected /)
    return 'error'
  }
}

it('2,000 broken folders', async () => {
  const coder = vqModel({ sample_size: 4, block_out_channels: [4], norm_num_groups: 2, num_vq_embeddings: 4 })
  const sources = [
    { files: folderFiles('pipeline'), open: async (files: Files) => (await diffusionFromDiffusers(files)).model },
    { files: await autoencoderToDiffusers(coder), open: autoencoderFromDiffusers },
  ]
  coder.dispose()
  const before = engine().state.numTensors
  const outcomes = { model: 0, error: 0 }
  for (let i = 0; i < 2000; i++) {
    const { files, open } = sources[i % 2]!
    const given = broken(files, draws(i))
    outcomes[await outcome(() => open(given))] += 1
    expect(engine().state.numTensors, `folder ${i}`).toBe(before)
  }
  expect(outcomes.error).toBeGreaterThan(800)
})
