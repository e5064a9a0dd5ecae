import type { Options } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

const build: Options = packageBuild()

export default build
