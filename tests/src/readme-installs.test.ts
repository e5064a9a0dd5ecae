/** What a README's programs import, its install lines install. */
import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const inFolder = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
const inPackages = (folder: string) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'README.md'))
const readmes = ['README.md', ...inPackages('packages'), ...inFolder('docs').filter((file) => file.endsWith('.md'))]
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  .filter(({ text }) => installed(text).length > 0)

/** The packages in `npm i …`, without versions and flags; and those that `npm run pack` makes ready for it. */
function installed(text: string): string[] {
  const packed = [...text.matchAll(/\bnpm run pack -- ([\w-]+)/g)].map(([, name]) => `@gen/${name}`)
  const fromRegistry = [...text.matchAll(/\bnpm (?:i|install) +([^\n`]+)/g)].flatMap(([, words]) =>
    words!
      .split(/\s+/)
      .filter((word) => /^[@a-z]/.test(word))
      .map((word) => word.replace(/(?<=.)@.*$/, '')),
  )
  return [...packed, ...fromRegistry]
}

/** The packages that code blocks import, statically or not. */
function imported(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:ts|js|tsx|html)[^\n]*\n([\s\S]*?)^```/gm)].map(([, code]) => code!)
  return blocks
    .flatMap((code) => [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)])
    .map(([, specifier]) => specifier!)
    .filter((specifier) => !/^[./]|^https?:/.test(specifier) && !isBuiltin(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    )
}

it('finds the READMEs, what they install and what they import', () => {
  expect(readmes.length).toBeGreaterThan(15)
  expect(installed('npm i -D @gen/vae@1.0.0 tsx')).toEqual(['@gen/vae', 'tsx'])
  expect(imported("```ts\nimport { a } from '@gen/vae/x'\nawait import('y')\nimport 'node:fs'\n```")).toEqual([
    '@gen/vae',
    'y',
  ])
  expect(readmes.flatMap(({ text }) => imported(text)).length).toBeGreaterThan(30)
})

it.each(readmes)('$path installs what it imports', ({ text }) => {
  const here = installed(text)
  expect([...new Set(imported(text))].filter((name) => !here.includes(name))).toEqual([])
})
