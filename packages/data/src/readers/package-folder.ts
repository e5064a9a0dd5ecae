/** Data that come as npm packages. @module */
import { refusal } from '@gen/backend'
import { findModule, nodeModule } from './host.ts'

/** Where an npm package is. */
export function packageFolder(where: string, name: string): string {
  const { dirname } = nodeModule(where, 'node:path', 'pass baseUrl')
  const manifest = findModule(where, `${name}/package.json`, 'pass baseUrl')
  if (manifest) return dirname(manifest)
  throw refusal('config', where, {
    expected: `the npm package ${name}`,
    got: 'none installed',
    remedy: `npm i ${name}`,
  })
}
