import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import * as train from '@gen/train'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as flows from './index.ts'

const modules: Record<string, object> = {
  '@gen/backend': backend,
  '@gen/flows': flows,
  '@gen/train': train,
  '@tensorflow/tfjs-core': tf,
}
const example = /```ts\n(.*?)```/s

/** Runs the README's example with the given modules and fewer steps, and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, tf.Tensor>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!.replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${outputText.replace('500', '40')}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example learns a quarter of the plane, and draws it', async () => {
  tf.engine().startScope()
  const { value, latent, picture } = await runExample(['value', 'latent', 'picture'])
  expect(latent!.shape).toEqual([1000, 2])
  expect(picture!.shape).toEqual([2, 400, 400, 3])
  const drawn = value!.arraySync() as [number, number][]
  expect(drawn.filter(([x, y]) => x > -0.1 && y > -0.1).length).toBeGreaterThan(700)
  tf.engine().endScope()
  tf.disposeVariables()
})
