import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import * as train from '@gen/train'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as gan from './index.ts'

const modules: Record<string, object> = {
  '@gen/backend': backend,
  '@gen/gan': gan,
  '@gen/train': train,
  '@tensorflow/tfjs-core': tf,
}
const example = /```ts\n(.*?)```/s

/** Runs the README's example with the given modules, on cpu, and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, tf.Tensor>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!.replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const quiet = outputText.replace('useBackend()', "useBackend('cpu')")
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${quiet}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example takes its samples to the data', async () => {
  await backend.useBackend('cpu')
  tf.engine().startScope()
  const { points } = await runExample(['points'])
  // An untrained generator's samples lie around 0.
  expect(tf.mean(points!, 0).dataSync()).toBeAllClose([3, 3], { rtol: 0, atol: 0.3 })
  tf.engine().endScope()
  tf.disposeVariables()
}, 60_000)
