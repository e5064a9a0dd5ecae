import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as diffusion from './index.ts'

const modules: Record<string, object> = { '@gen/diffusion': diffusion, '@tensorflow/tfjs-core': tf }
const example = /```ts\n(.*?)```/s

/** Runs the README's example with the given modules, on wasm for speed, and returns the named constants. */
async function runExample(names: string[]): Promise<Record<string, tf.Tensor>> {
  const [, code] = example.exec(await readFile(new URL('../README.md', import.meta.url), 'utf8'))!
  const bound = code!
    .replaceAll(/type \w+, /g, '')
    .replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const quiet = outputText.replace('useBackend()', "useBackend('wasm')").replaceAll(/.*(?:print|console\.log)\(.*/g, '')
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  return new AsyncFunction('modules', `${quiet}\nreturn { ${names.join(', ')} }`)(modules)
}

it('and its other snippets run', async () => {
  const [, ...others] = [
    ...(await readFile(new URL('../README.md', import.meta.url), 'utf8')).matchAll(/```ts\n(.*?)```/gs),
  ]
  await diffusion.useBackend('cpu')
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor
  const known = { ...tf, ...diffusion }
  expect(others).toHaveLength(4)
  tf.engine().startScope()
  for (const [, code] of others) {
    const names = Object.keys(known).filter((name) => new RegExp(`\\b${name}\\(`).test(code!))
    const found = await new AsyncFunction('known', `const { ${names} } = known\n${code}\nreturn found`)(known)
    expect([...found.dataSync()].every(Number.isFinite)).toBe(true)
  }
  tf.engine().endScope()
  tf.disposeVariables()
})

it('the README’s example samples its ring', async () => {
  await diffusion.useBackend('wasm')
  tf.engine().startScope()
  const { points } = await runExample(['points'])
  const places = points!.arraySync() as [number, number][]
  const near = places.filter(([x, y]) => Math.abs(Math.hypot(x, y) - 1) < 0.25)
  expect(near.length / places.length).toBeGreaterThan(0.7)
  const eighths = new Set(places.map(([x, y]) => Math.floor((Math.atan2(y, x) / Math.PI + 1) * 4)))
  expect(eighths.size).toBeGreaterThanOrEqual(8)
  tf.engine().endScope()
  tf.disposeVariables()
}, 90_000)
