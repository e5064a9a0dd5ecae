import { readFileSync } from 'node:fs'
import { mnist } from '@gen/data'
import { decodeSafetensors } from '@gen/io'
import { argMax, dispose, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { loadDigitModel } from './digits.ts'

const file = new URL('../weights/digits.safetensors', import.meta.url)

describe('the shipped digit classifier', () => {
  it('names 99 % of test digits right, and says how it was made', async () => {
    const digits = await loadDigitModel()
    const test = await mnist({ split: 'test' })
    // The first 500, since cpu is slow; the file tells of all 10,000.
    const { x, labels } = test.take(Array.from({ length: 500 }, (_, i) => i))
    const named = tidy(() => argMax(digits.classify(x as Tensor4D), 1).dataSync())
    const truth = labels!.dataSync()
    expect(truth.filter((label, i) => label === named[i]).length).toBeGreaterThanOrEqual(495)
    dispose([x, labels!])
    digits.dispose()
    const { metadata } = decodeSafetensors(new Uint8Array(readFileSync(file)))
    expect(Number(metadata.accuracy)).toBeGreaterThanOrEqual(0.99)
    expect(metadata).toMatchObject({ seed: '0', epochs: '5' })
  })

  it('takes weights as bytes too, and says what it could not read', async () => {
    const digits = await loadDigitModel({ weights: new Uint8Array(readFileSync(file)) })
    digits.dispose()
    const missing = new URL('../weights/missing.safetensors', import.meta.url)
    await expect(loadDigitModel({ weights: missing })).rejects.toThrow(
      /^metrics\.loadDigitModel: expected to read the weights from file:.*missing\.safetensors, got ENOENT.*; pass weights/,
    )
    await expect(loadDigitModel({ weights: 'http://127.0.0.1:1/digits' })).rejects.toMatchObject({ code: 'file' })
    await expect(loadDigitModel({ weights: new Uint8Array(4) })).rejects.toMatchObject({ code: 'file' })
  })
})
