import { readFile } from 'node:fs/promises'
import * as backend from '@gen/backend'
import { decodePng } from '@gen/io'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as latentTools from './index.ts'

const modules: Record<string, object> = {
  '@gen/backend': backend,
  '@gen/latent-tools': latentTools,
  '@tensorflow/tfjs-core': tf,
}
const example = /```ts\n(.*?)```/s

/** Runs the README's example and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, unknown>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!
    .replaceAll(/(?:, )?type \w+/g, '')
    .replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
    .replace('useBackend()', "useBackend('cpu')")
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${outputText}\nreturn { ${names.join(', ')} }`)(modules)
}

it('the README’s example maps one model onto another and edits', async () => {
  await backend.useBackend('cpu')
  tf.engine().startScope()
  const { latent, errors, report, strip } = (await runExample(['latent', 'errors', 'report', 'strip'])) as {
    latent: latentTools.LatentErrors
    errors: latentTools.ImageErrors
    report: string
    strip: Uint8Array
  }
  expect(latent.r2).toBeGreaterThan(0.99)
  expect(errors.mapped.mean).toBeLessThan(errors.baselines.nearest.mean / 10)
  expect(report).toMatch('# A → B')
  const sheet = decodePng(strip)
  expect(sheet.shape[1]).toBe(20 * 6 + 2)
  tf.engine().endScope()
  tf.disposeVariables()
})
