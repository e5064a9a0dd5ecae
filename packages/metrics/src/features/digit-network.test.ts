import { key } from '@gen/backend'
import { encodeSafetensors } from '@gen/io'
import { tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { imageValues } from '../testing.ts'
import { decodeDigitNetwork, digitModel, digitNetwork, encodeDigitNetwork } from './digit-network.ts'
import { extractFeatures } from './features.ts'

describe('digitNetwork', () => {
  it('is the same from the same key, survives its file, and describes its features', async () => {
    const network = digitNetwork(key(0))
    expect(network.countParams()).toBe(112634)
    const bytes = encodeDigitNetwork(network, { seed: '0' })
    const again = decodeDigitNetwork(bytes)
    const images = tensor4d(imageValues(95, [3, 28, 28, 1], 0.5), [3, 28, 28, 1])
    const [a, b] = [digitModel(network), digitModel(again)]
    const features = await extractFeatures(images, a.features)
    expect(features.features).toEqual({ name: 'gen-digits-1 features', size: 64, resizer: 'antialias-bilinear' })
    expect([features.rows, features.columns]).toEqual([3, 64])
    expect((await extractFeatures(images, b.features)).data).toEqual(features.data)
    const probabilities = a.classify(images)
    expect(probabilities.shape).toEqual([3, 10])
    expect([...probabilities.dataSync()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(3, 5)
    for (const tensor of [images, probabilities]) tensor.dispose()
    network.dispose()
    again.dispose()
  })

  it('refuses other files and images', () => {
    expect(() => decodeDigitNetwork(encodeSafetensors({}))).toThrow('expected architecture gen-digits-1, got undefined')
    const empty = encodeSafetensors({}, { architecture: 'gen-digits-1' })
    expect(() => decodeDigitNetwork(empty)).toThrow('expected conv0.kernel of shape [3,3,1,16], got none')
    expect(() => decodeDigitNetwork(new Uint8Array(4))).toThrow('io.decodeSafetensors')
    const network = digitNetwork(key(0))
    const color = tensor4d(imageValues(95, [1, 28, 28, 3], 0.5), [1, 28, 28, 3])
    expect(() => digitModel(network).classify(color)).toThrow('score stacked digits with stackedLabels')
    color.dispose()
    network.dispose()
  })
})
