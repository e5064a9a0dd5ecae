import type { Options } from 'tsup'
import { packageBuild } from '../tsup.base.ts'

const build: Options = packageBuild(['src/main.ts'], { dts: false, platform: 'node' })

export default build
