/** Parity with PyTorch on the files that are written: fixtures/pytorch/run.py. */
import { useBackend } from '@gen/backend'
import { decodeSafetensors } from '@gen/io'
import { readWeights, writeWeights } from '@gen/train'
import { tidy, zerosLike } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { modelFromPytorch, modelToPytorch } from '../index.ts'
import { byFormula } from '../testing/numbers.ts'
import { diffusionCases, otherCases } from '../testing/pytorch-cases.ts'
import { keptFile, pytorchNumbers } from '../testing/pytorch-numbers.ts'
import { argument, isSequence, ours, partsOf } from '../testing/pytorch-parts.ts'
import { fromPeer } from '../weights/named-weight.ts'
import { pythonModel } from './python-model.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

let made: { dispose(): void }[] = []
afterEach(() => {
  for (const model of made) model.dispose()
  made = []
})

describe.each(Object.entries({ ...diffusionCases, ...otherCases }))('%s', (name, make) => {
  it('is written as kept, and gives what PyTorch gives with it', async () => {
    const model = make()
    made.push(model)
    const module = pythonModel(model)
    fromPeer('test', module.weights, byFormula(module.weights))
    const files = await modelToPytorch(model)
    const parts = partsOf(model, module)
    const tokens = 'size' in model ? model.size + 1 : 2
    const calls = parts.map(({ call, inputs }) => ({ call, inputs, tokens }))
    await expect(text(files['model.py'])).toMatchFileSnapshot(keptFile(name, 'model.py'))
    await expect(`${JSON.stringify(calls, null, 2)}\n`).toMatchFileSnapshot(keptFile(name, 'calls.json'))
    if (files['train.py']) await expect(text(files['train.py'])).toMatchFileSnapshot(keptFile(name, 'train.py'))
    for (const { call, inputs, run } of parts) {
      const output = tidy(() => {
        const tensors = inputs.map((input) =>
          ours(argument(input, tokens), input.shape, input.isInteger || isSequence(input, inputs)),
        )
        return run(tensors).dataSync()
      })
      const expected = pytorchNumbers[name]!.outputs[call]!
      const size = Math.hypot(...expected) / Math.sqrt(expected.length)
      expect(size).toBeGreaterThan(1e-3)
      expect(output, call).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-5 * size })
    }
  })

  it('gen → PyTorch → gen gives the same bits', async () => {
    const model = make()
    made.push(model)
    const files = await modelToPytorch(model)
    const again = await modelFromPytorch(files)
    const other = make()
    made.push(other)
    // Zeros first, so that nothing but the file can bring the numbers back.
    for (const variable of other.variables()) tidy(() => variable.assign(zerosLike(variable)))
    writeWeights(other, decodeSafetensors(again['model.safetensors']!).tensors)
    expect(await readWeights(other)).toEqual(await readWeights(model))
    expect(JSON.parse(text(again['config.json'])).model).toEqual(JSON.parse(JSON.stringify(model.config)))
  })
})
