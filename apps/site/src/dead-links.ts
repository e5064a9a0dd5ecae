/** Links of the built site that lead nowhere: files, and headings, which VitePress does not look for. @module */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, relative } from 'node:path'

/** All links to this site, of all its pages, that lead nowhere, as `page: link`. */
export function deadLinks(folder: string, base: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
  const ownPages = files.filter((file) => !file.startsWith('playground/'))
  const html = new Map(ownPages.map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
  const ids = new Map([...html].map(([file, text]) => [file, new Set(values(text, 'id'))]))
  return [...html].flatMap(([file, text]) => {
    const links = new Set([...values(text, 'href'), ...values(text, 'src')])
    return [...links].filter((link) => isDead(link, file)).map((link) => `${relative('.', file)}: ${link}`)
  })

  function isDead(link: string, from: string): boolean {
    if (/^[a-z][\w+.-]*:|^\/\//i.test(link)) return false
    const [path = '', hash = ''] = link.split('#', 2)
    const at = decodeURI(path.startsWith('/') ? path : posix.join(base, posix.dirname(from), path))
    if (path !== '' && !at.startsWith(base)) return true
    const file = path === '' ? from : fileOf(folder, at.slice(base.length))
    if (file === undefined) return true
    const known = ids.get(file)
    return hash !== '' && known !== undefined && !known.has(decodeURIComponent(hash))
  }
}

/** The file that a server gives for a path. */
function fileOf(folder: string, path: string): string | undefined {
  const candidates = [path, `${path}.html`, posix.join(path, 'index.html')]
  return candidates.find((file) => existsSync(join(folder, file)) && statSync(join(folder, file)).isFile())
}

function values(html: string, attribute: string): string[] {
  const found = [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value)
  return found.map((value) => value.replaceAll('&amp;', '&').replaceAll('&quot;', '"'))
}
