/**
 * `npm run pack -- diffusion`: sets up, packs `@gen/diffusion` and all of ours that it needs into `packed/`, and says how a project
 * installs them. Without names, all packages.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm, root, run, setup } from './setup.mjs'

const target = join(root, 'packed')
const packages = readdirSync(join(root, 'packages'))
const manifestOf = (folder) => JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))

/** A package with all of ours that it depends on. */
function closure(folder, found = new Set()) {
  found.add(folder)
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const other = name.startsWith('@gen/') ? name.slice('@gen/'.length) : undefined
    if (other && !found.has(other)) closure(other, found)
  }
  return found
}

/** The libraries that a project brings itself. */
function peers(folders) {
  const all = folders.flatMap((folder) => {
    const { peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(folder)
    return Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  })
  return [...new Set(all)].sort()
}

try {
  const asked = process.argv.slice(2).map((name) => name.replace(/^@gen\//, ''))
  const unknown = asked.find((name) => !packages.includes(name))
  if (unknown) throw new Error(`pack: expected some of ${packages.join(', ')}, got ${unknown}`)
  const folders = [...new Set((asked.length > 0 ? asked : packages).flatMap((folder) => [...closure(folder)]))]
  setup()
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  const filters = folders.map((folder) => `--filter=@gen/${folder}`)
  if (!run(process.execPath, [pnpm(), ...filters, 'pack', '--pack-destination', target], { quiet: true }))
    throw new Error(`pack: @gen/${folders.join(', @gen/')} could not be packed; the output is above`)
  console.log(
    `${folders.length} packages in ${target}\nIn your project: npm i ${join(target, '*.tgz')} ${peers(folders).join(' ')}`,
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
