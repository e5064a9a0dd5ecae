import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as train from './index.ts'

const modules: Record<string, object> = { '@gen/backend': backend, '@gen/train': train, '@tensorflow/tfjs-core': tf }
const example = /```ts\n(.*?)```/s

/** Runs the README's example with the given modules, on cpu, and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, tf.Tensor>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!
    .replaceAll(/type \w+, /g, '')
    .replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const quiet = outputText.replace('useBackend()', "useBackend('cpu')").replaceAll(/console\.log/g, 'String')
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${quiet}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example finds the mean', async () => {
  await backend.useBackend('cpu')
  tf.engine().startScope()
  const { guess } = await runExample(['guess'])
  expect(Math.abs(guess!.dataSync()[0]! - 1.25)).toBeLessThan(0.05)
  tf.engine().endScope()
  tf.disposeVariables()
})
