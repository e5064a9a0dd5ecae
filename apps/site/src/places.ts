/** Where things lie. @module */
import { join } from 'node:path'

/** The repository. */
export const root: string = join(import.meta.dirname, '..', '..', '..')

/** The site's workspace. */
export const site: string = join(root, 'apps', 'site')

/** What VitePress reads: made by `gather`, not in git. */
export const generated: string = join(site, 'generated')

/** The built site. */
export const built: string = join(site, 'dist')

/** Files of the repository that are no pages are there. */
export const repository = 'https://github.com/gen-js/gen'
