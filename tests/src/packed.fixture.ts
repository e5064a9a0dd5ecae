/** Packages of ours as a stranger gets them: packed, and installed by npm in an empty folder. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

interface Manifest {
  dependencies?: Record<string, string>
}

/** A package of ours with all of ours that it depends on, by their folders. */
export function closure(folder: string, found: Set<string> = new Set()): Set<string> {
  found.add(folder)
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const other = name.startsWith('@gen/') ? name.slice(5) : undefined
    if (other && !found.has(other)) closure(other, found)
  }
  return found
}

/** Runs a program and gives what it printed. */
export function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 })
}

/** pnpm as the set-up installed it, or the one on the path. */
function pnpm(args: string[]): void {
  mkdirSync(join(root, '.tools'), { recursive: true })
  const local = readdirSync(join(root, '.tools'), { withFileTypes: true }).find(({ name }) => name.startsWith('pnpm-'))
  const entry = local && join(root, '.tools', local.name, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs')
  if (entry) run(process.execPath, [entry, ...args], root)
  else run('pnpm', args, root)
}

/** Packs a package with all that it depends on; gives the tarballs' paths. */
export function pack(folder: string, target: string): string[] {
  mkdirSync(target, { recursive: true })
  pnpm([`--filter-prod=@gen/${folder}...`, 'pack', '--pack-destination', target])
  return readdirSync(target).map((name) => join(target, name))
}

/** Installs tarballs and packages of the registry in a folder. */
export function install(target: string, packages: string[]): void {
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'package.json'), '{ "type": "module", "private": true }')
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], target)
}
