/** Links of documents in the repository, as links of the site. @module */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { pages, sources } from './pages.ts'
import { repository, root } from './places.ts'

/** Pictures that pages show or link to are served below this. */
export const pictures = '/pictures/'

const isPicture = (path: string) => /\.(png|svg|gif)$/.test(path)
const absolute =
  /^https:\/\/(?:raw\.githubusercontent\.com\/gen-js\/gen|github\.com\/gen-js\/gen\/(?:blob|tree|raw))\/main\//

/** The file or folder of the repository that a document's link means, if it means one. */
export function targetOf(href: string, source: string): string | undefined {
  const path = href.replace(/[#?].*$/s, '')
  if (absolute.test(path)) return path.replace(absolute, '')
  if (path === '' || /^[a-z][\w+.-]*:|^\//i.test(path)) return undefined
  return posix.join(dirname(source), decodeURI(path)).replace(/\/$/, '')
}

/** A link of a document as the page that was made of it says it. */
export function hrefOf(href: string, page: string): string {
  const source = sources.get(page)
  const target = source === undefined ? undefined : targetOf(href, source)
  if (target === undefined) return href
  const hash = /#.*$/s.exec(href)?.[0] ?? ''
  const linked = pages.get(target) ?? pages.get(posix.join(target, 'README.md'))
  if (linked !== undefined) return `/${linked.replace(/(^|\/)index\.md$/, '$1')}${hash}`
  if (isPicture(target)) return pictures + target
  const path = join(root, target)
  if (!existsSync(path)) throw new Error(`${source}: there is no ${target}; mend the link`)
  return `${repository}/${statSync(path).isDirectory() ? 'tree' : 'blob'}/main/${target}${hash}`
}

interface Token {
  readonly type: string
  readonly children: Token[] | null
  attrGet(name: string): string | null
  attrSet(name: string, value: string): void
}

/** What is used of markdown-it. */
interface Markdown {
  readonly core: {
    readonly ruler: {
      push(name: string, rule: (state: { tokens: Token[]; env: { relativePath?: string } }) => void): void
    }
  }
}

/** A plugin of markdown-it that makes the links of each page those of the site. */
export function siteLinks(markdown: Markdown): void {
  markdown.core.ruler.push('site-links', ({ tokens, env }) => {
    const mend = (token: Token): void => {
      for (const name of ['href', 'src']) {
        const href = token.attrGet(name)
        if (href !== null) token.attrSet(name, hrefOf(href, env.relativePath ?? ''))
      }
      token.children?.forEach(mend)
    }
    tokens.forEach(mend)
  })
}
