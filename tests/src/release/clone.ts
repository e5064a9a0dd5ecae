/** A copy of what a release needs of this repository: manifests, changesets, scripts, and what is built. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** Folders of a package that are in no tarball. */
const left = new Set(['node_modules', 'src', 'assembly', '.turbo'])

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

/** `pnpm publish` reads the versions behind `workspace:^` from the packages that are linked. */
function link(folder: string, target: string): void {
  const manifest = JSON.parse(readFileSync(join(target, 'packages', folder, 'package.json'), 'utf8')) as Manifest
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
  for (const name of names.filter((each) => each.startsWith('@gen/'))) {
    const at = join(target, 'packages', folder, 'node_modules', name)
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(join(target, 'packages', name.slice('@gen/'.length)), at)
  }
}

/** Copies to `target`; the tools are linked, not copied. */
export function cloneForRelease(target: string): void {
  for (const path of ['package.json', 'pnpm-workspace.yaml', 'LICENSE', '.changeset', '.gitignore', 'scripts']) {
    cpSync(join(root, path), join(target, path), { recursive: true })
  }
  for (const path of ['node_modules', '.tools']) symlinkSync(join(root, path), join(target, path))
  const folders = readdirSync(join(root, 'packages'))
  for (const folder of folders) {
    for (const part of readdirSync(join(root, 'packages', folder)).filter((name) => !left.has(name))) {
      cpSync(join(root, 'packages', folder, part), join(target, 'packages', folder, part), { recursive: true })
    }
  }
  for (const folder of folders) link(folder, target)
}

/** Writes a changeset, as `npx changeset` does. */
export function writeChangeset(target: string, name: string, bumps: Record<string, string>, text: string): void {
  const lines = Object.entries(bumps).map(([each, bump]) => `'${each}': ${bump}`)
  writeFileSync(join(target, '.changeset', `${name}.md`), `---\n${lines.join('\n')}\n---\n\n${text}\n`)
}
