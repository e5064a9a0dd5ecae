import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as tokens from './index.ts'

const modules: Record<string, object> = { '@gen/tokens': tokens, '@tensorflow/tfjs-core': tf }
const example = /```ts\n(.*?)```/s

/** Runs the README's example with the given modules, and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, unknown>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!.replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${outputText}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example finds the three words, about a third each', async () => {
  tf.engine().startScope()
  const { found, drawn } = (await runExample(['found', 'drawn'])) as { found: tokens.Answer[]; drawn: tf.Tensor2D }
  expect(found.map(({ text }) => text).sort()).toEqual(['c', 'h', 'r'])
  for (const { probability } of found) expect(Math.abs(probability - 1 / 3)).toBeLessThan(0.15)
  expect([drawn.dtype, drawn.shape]).toEqual(['int32', [6, 4]])
  tf.engine().endScope()
  tf.disposeVariables()
})
