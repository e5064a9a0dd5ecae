/** The version of this package's program, as `scripts/program-version.mjs` of the repository makes it. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as ofPackage from '../../../scripts/program-version.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

export const programVersion = () => ofPackage.programVersion(root)
export const writeVersion = () => ofPackage.writeVersion(root)
