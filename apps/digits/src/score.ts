/**
 * Scores generated digits: `node apps/digits/dist/score.js samples.npy` prints how many the digit classifier is sure of
 * (probability ≥ 0.9), how many of each digit there are, and FID and coverage on its features against the test digits.
 */
import { readFile } from 'node:fs/promises'
import { key, useBackend } from '@gen/backend'
import { mnist } from '@gen/data'
import { decodeNpy, toTensor } from '@gen/io'
import { decodeDigitNetwork, digitModel, evaluateFeatures, extractFeatures } from '@gen/metrics'
import type { Tensor4D } from '@tensorflow/tfjs-core'

const [file] = process.argv.slice(2)
if (!file) throw new Error('usage: node apps/digits/dist/score.js samples.npy')

await useBackend()
const weights = await readFile(new URL('../../../packages/metrics/weights/digits.safetensors', import.meta.url))
const { classify, features } = digitModel(decodeDigitNetwork(weights))
const samples = toTensor(decodeNpy(await readFile(file))) as Tensor4D
const probabilities = (await classify(samples).array()) as number[][]

const best = probabilities.map((row) => Math.max(...row))
const counts = Array.from({ length: 10 }, (_, digit) => probabilities.filter((row, i) => row[digit] === best[i]).length)
const sure = best.filter((probability) => probability >= 0.9).length
console.log(`${samples.shape[0]} samples, ${((100 * sure) / best.length).toFixed(1)} % named with probability ≥ 0.9`)
console.log(`digits 0…9: ${counts.join(' ')}`)

const test = await mnist({ split: 'test' })
const real = test.take(Array.from({ length: test.size }, (_, i) => i)).x as Tensor4D
const measured = evaluateFeatures(await extractFeatures(real, features), await extractFeatures(samples, features), {
  key: key(0),
  metrics: ['fid', 'prdc'],
})
for (const { metric, value, warnings } of measured) console.log(`${metric} ${value.toFixed(3)}`, ...warnings)
