import type { Options } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

const build: Options = packageBuild(['src/index.ts', 'src/faces/index.ts', 'src/sequences/index.ts'])

export default build
