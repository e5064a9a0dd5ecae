/** The README's snippets run. */
import { readFile } from 'node:fs/promises'
import { key, useBackend } from '@gen/backend'
import * as diffusionPackage from '@gen/diffusion'
import * as vaePackage from '@gen/vae'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as convert from './index.ts'

const modules: Record<string, object> = {
  '@gen/convert': convert,
  '@gen/diffusion': diffusionPackage,
  '@gen/vae': vaePackage,
  '@tensorflow/tfjs-core': tf,
}

it('all four', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const snippets = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
  expect(snippets).toHaveLength(4)
  tf.engine().startScope()
  await useBackend('cpu')
  const decoder = vaePackage.standardVae({ shape: [28, 28, 1], latentSize: 4, key: key(0) })
  const inputs = [{ name: 'z', shape: [4] }]
  const bytes = await convert.toOnnx(([z]) => decoder.decode(z as tf.Tensor2D), { inputs })
  for (const code of snippets) {
    const bound = code.replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
    const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
    await new AsyncFunction('modules', 'InferenceSession', 'Tensor', 'bytes', outputText)(
      modules,
      InferenceSession,
      Tensor,
      bytes,
    )
  }
  tf.engine().endScope()
  tf.disposeVariables()
})
