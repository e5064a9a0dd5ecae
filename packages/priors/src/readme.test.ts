import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as priors from './index.ts'

const modules: Record<string, object> = { '@gen/backend': backend, '@gen/priors': priors, '@tensorflow/tfjs-core': tf }

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

it('the README’s example finds its mixture', async () => {
  tf.engine().startScope()
  const found = await runExample(['prior', 'value', 'standardError', 'marginal'])
  const { means } = (found.prior as priors.MixturePrior).config as unknown as { means: number[][] }
  expect(means.map(([x]) => x!).sort((a, b) => a - b)).toBeAllClose([-2, 2], { atol: 0.15 })
  for (const name of ['value', 'standardError']) {
    expect((found[name] as tf.Tensor).dataSync().every((number) => number > 0)).toBe(true)
  }
  expect((found.marginal as priors.LogMarginal).value.every(Number.isFinite)).toBe(true)
  tf.engine().endScope()
})
