import type { Options } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

const entry = ['src/main.ts', 'src/index.ts']
const build: Options = packageBuild(entry, { dts: false, platform: 'node' })

export default build
