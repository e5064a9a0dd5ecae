/**
 * The version of a package's program in WebAssembly: a number of all that its numbers depend on, which is compiled into it and into
 * the package, so that a program of another build is refused. `writeVersion` brings the package's `src/shared/version.ts` up to date.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The assembly, what it shares with JavaScript, and how it is compiled. */
function sources(root) {
  const inFolder = (...parts) =>
    readdirSync(join(root, ...parts))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'version.ts')
      .map((name) => join(root, ...parts, name))
  return [...inFolder('assembly'), ...inFolder('src', 'shared'), join(root, 'scripts', 'build-wasm.mjs')]
}

/** 31 bits of a hash, with the same line ends everywhere. */
export function programVersion(root) {
  const hash = createHash('sha256')
  for (const path of sources(root).toSorted()) hash.update(readFileSync(path, 'utf8').replaceAll('\r\n', '\n'))
  return hash.digest().readUInt32BE() >>> 1
}

export function writeVersion(root) {
  const file = join(root, 'src', 'shared', 'version.ts')
  const text = `/** What the program in WebAssembly and this package must agree on; \`scripts/build-wasm.mjs\` writes it. @module */

/** A hash of the program's sources. */
export const programVersion = 0x${programVersion(root).toString(16)}
`
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}
