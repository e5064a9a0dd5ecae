import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as losses from './index.ts'

const modules: Record<string, object> = { '@gen/backend': backend, '@gen/losses': losses, '@tensorflow/tfjs-core': tf }

/** Runs the README's example on the CPU and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, unknown>> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, code] = /```ts\n(.*?)```/s.exec(readme)!
  const bound = code!.replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  const quiet = outputText.replace('useBackend()', "useBackend('cpu')")
  return new AsyncFunction('modules', `${quiet}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example runs', async () => {
  tf.engine().startScope()
  const { nats, blur, loss, penalty, terms } = await runExample(['nats', 'blur', 'loss', 'penalty', 'terms'])
  expect([nats, blur].map((each) => (each as tf.Tensor).shape)).toEqual([[8], [8]])
  const scalars = [loss, penalty, ...Object.values(terms as losses.KlDecomposition)]
  expect(scalars.map((each) => each.shape)).toEqual([[], [], [], [], []])
  expect(scalars.every((each) => Number.isFinite(each.dataSync()[0]!))).toBe(true)
  tf.engine().endScope()
})
