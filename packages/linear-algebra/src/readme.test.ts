import { readFile } from 'node:fs/promises'
import { transpileModule } from 'typescript'
import { expect, it } from 'vitest'
import * as algebra from './index.ts'

it('the README’s example finds its line', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, code] = /```ts\n(.*?)```/s.exec(readme)!
  const bound = code!.replaceAll(/import \{(.*?)\} from '(.*?)'/g, 'const {$1} = modules["$2"]')
  const { outputText } = transpileModule(bound, { compilerOptions: { target: 9 } })
  const run = new Function('modules', `${outputText}\nreturn { weights, rank, fitted, values, middle }`)
  const { weights, rank, fitted, values, middle } = run({ '@gen/linear-algebra': algebra })
  expect(rank).toBe(2)
  expect(weights.data).toBeAllClose([1, 2], { rtol: 1e-12 })
  expect(fitted.data).toBeAllClose([1, 3, 5, 9], { rtol: 1e-12 })
  expect([...middle]).toEqual([1, 1.75])
  expect(values[0] * values[1]).toBeCloseTo(Math.sqrt(35), 10)
})
