/**
 * tfjs-core's own tests of its operations, gradients and optimizers, with `@gen/backend` imported, on every backend that runs
 * in Node. What comes out is kept as a table, `tfjs-specs/TABLE.md`; `vitest -u` writes it anew.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Tests that ask for what `@gen/backend` does otherwise, and why. */
const otherwise: Record<string, string> = {
  'avgPool gradient x=[3,3,1] f=[3,3] s=1 p=explicit':
    'divides by the whole window at padded edges, where the forward pass divides by the pixels that exist',
  'depthwiseConv2d gradients throws error on dilations > 1': 'they have a gradient here',
  'einsum 2d matrix calculate trace: duplicate axes not implemented yet': 'refused, in other words',
  'einsum incorrect equation throws error': 'refused, in other words',
  'einsum incorrect number of tensors throws error': 'refused, in other words',
  'einsum mismatched dimensions throws error': 'refused, in other words',
  'einsum more than two input tensors throws error': 'refused, in other words',
  'einsum nonexistent dimension throws error': 'refused, in other words',
  'einsum two arrows in equation throws error': 'refused, in other words',
  'gradients errors if relevant ops are missing grads': 'logicalAnd has a gradient here: zero',
  'mirrorPad grad': 'drops the gradients of the mirrored border',
  'mirrorPad gradient with clones': 'drops the gradients of the mirrored border',
}

/** What wasm refuses when it is asked for. */
const refusal = /backend\.useBackend: expected a backend with the kernel (\w+), got wasm, which has no complex tensors/

interface Result {
  passed: number
  failed: { name: string; message: string }[]
  pending: number
}

const backends = ['cpu', 'simd', 'wasm'] as const
const results = new Map<string, Result>()

it.each(backends)('tfjs-core passes its tests on %s', { timeout: 300_000 }, async (backend) => {
  const script = fileURLToPath(new URL('../tfjs-specs/run.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, backend], { maxBuffer: 2 ** 26 })
  const result = JSON.parse(stdout) as Result
  results.set(backend, result)
  const unexplained = result.failed.filter(({ name, message }) => !(name in otherwise) && !refusal.test(message))
  expect(unexplained).toEqual([])
  expect(Object.keys(otherwise).filter((name) => !result.failed.some((failure) => failure.name === name))).toEqual([])
  expect(result.passed + result.failed.length).toBe(3819)
  expect(result.pending).toBe(0)
})

it('keeps the table of passes', async () => {
  await expect(table()).toMatchFileSnapshot('../tfjs-specs/TABLE.md')
})

function refusedOn(backend: string): string[] {
  return results.get(backend)!.failed.flatMap(({ name, message }) => (refusal.test(message) ? [name] : []))
}

function table(): string {
  const rows = backends.map((backend) => {
    const { passed, failed } = results.get(backend)!
    const refused = refusedOn(backend).length
    return `| ${backend} | ${passed} | ${failed.length - refused} | ${refused} |`
  })
  return `# tfjs-core's own tests with \`@gen/backend\`

Written by \`npx vitest run --project node tests/src/tfjs-specs.test.ts -u\`; \`npm test\` compares.

| backend | passed | otherwise here | refused at run time |
|---|---|---|---|
${rows.join('\n')}

## Otherwise here, on every backend

| test | reason |
|---|---|
${Object.entries(otherwise)
  .map(([name, reason]) => `| ${name} | ${reason} |`)
  .join('\n')}

## Refused on wasm

tfjs-backend-wasm has no complex tensors: a \`GenError\` names the kernel and the backend.

${refusedOn('wasm')
  .map((name) => `- ${name}`)
  .join('\n')}
`
}
