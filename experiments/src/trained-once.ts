/** Trainings whose weights are kept. @module */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { readWeights, writeWeights } from '@gen/train'

/** Gives a model the weights in the file at `path`; trains it and writes the file where there is none. */
export async function trainedOnce(
  path: string,
  model: Parameters<typeof readWeights>[0],
  train: () => Promise<void>,
): Promise<void> {
  if (existsSync(path)) {
    writeWeights(model, decodeSafetensors(readFileSync(path)).tensors)
    return
  }
  await train()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, encodeSafetensors(await readWeights(model)))
}
