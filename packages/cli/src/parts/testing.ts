/** What tests of parts need: stored models, and their draws. @module */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { key } from '@gen/backend'
import { writeModelFolder } from '@gen/io/node'
import { readWeights } from '@gen/train'
import { engine, memory } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { sampleCommand } from '../commands/sample.ts'
import { families } from '../families/index.ts'
import { valuesOf } from '../flags.ts'

/** Does some work of a command, which frees all but the weights of its model. */
export async function freeingWeights<T>(work: () => Promise<T>): Promise<T> {
  const before = new Set(Object.keys(engine().state.registeredVariables))
  const held = memory().numTensors
  try {
    return await work()
  } finally {
    for (const [name, value] of Object.entries(engine().state.registeredVariables)) {
      if (!before.has(name)) value.dispose()
    }
    expect(memory().numTensors).toBe(held)
  }
}

/** Stores an untrained model. */
export async function storeModel(
  folder: string,
  name: string,
  { shape = [8, 8, 1], seed = 0 }: { shape?: number[]; seed?: number },
  given: Record<string, string>,
): Promise<void> {
  const family = families[name]!
  await freeingWeights(async () => {
    const model = family.create(valuesOf('test', family.flags, given), { shape, classes: 3 }, key(seed))
    const config = { family: name, model: JSON.parse(JSON.stringify(model.config)) }
    await writeModelFolder(folder, { config, tensors: await readWeights(model.trainable), card: 'x' })
  })
}

/** Draws samples, or a shard of them. */
export function drawWhole(model: string, out: string, words: readonly string[]): Promise<void> {
  return freeingWeights(() => sampleCommand.run([model, '--backend', 'simd', '--out', out, ...words]))
}

/** Draws all shards into a folder, as `part-<i>.npz`. */
export async function drawParts(model: string, folder: string, of: number, words: readonly string[]): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  for (let i = 0; i < of; i++) {
    await drawWhole(model, join(folder, `part-${i}.npz`), ['--shard', `${i}/${of}`, ...words])
  }
}
