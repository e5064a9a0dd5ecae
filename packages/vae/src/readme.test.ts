import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import * as train from '@gen/train'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as diagnosis from './diagnosis/index.ts'
import * as vae from './index.ts'

const modules: Record<string, object> = {
  '@gen/backend': backend,
  '@gen/train': train,
  '@gen/vae': vae,
  '@gen/vae/diagnosis': diagnosis,
  '@tensorflow/tfjs-core': tf,
}
const example = /```ts\n(.*?)```/s

/** Runs the README's example with the given modules, on cpu, and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, unknown>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!
    .replaceAll(/import type .*/g, '')
    .replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const quiet = outputText.replace('useBackend()', "useBackend('cpu')")
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${quiet}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example trains, samples, scores and diagnoses', async () => {
  await backend.useBackend('cpu')
  const made = await runExample(['model', 'samples', 'value', 'standardError', 'findings'])
  const { samples, value, standardError, findings } = made as {
    samples: tf.Tensor
    value: Float64Array
    standardError: Float64Array
    findings: diagnosis.Diagnosis['findings']
  }
  expect(samples.shape).toEqual([10, 3])
  expect([...value, ...standardError].every(Number.isFinite)).toBe(true)
  expect(findings.map(({ problem }) => problem)).toEqual(['balance', 'collapse', 'mismatch', 'blur'])
  samples.dispose()
  ;(made.model as vae.Vae).dispose()
})
