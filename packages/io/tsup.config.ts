import type { Options } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

const build: Options = packageBuild(['src/index.ts', 'src/browser.ts', 'src/node.ts'])

export default build
