/** The site: navigation, search, links. @module */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import GithubSlugger from 'github-slugger'
import { type DefaultTheme, defineConfig, type UserConfig } from 'vitepress'
import { siteLinks } from '../src/links.ts'
import { packages } from '../src/pages.ts'
import { built, generated, repository, root } from '../src/places.ts'
import { entries } from '../src/reference-entries.ts'

const pageOf = (text: string, link: string): DefaultTheme.SidebarItem => ({ text, link })
const written = ({ name }: { name: string }) => existsSync(join(generated, 'reference', `${name}.md`))

const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Learn',
    items: [
      pageOf('The lecture', '/guide'),
      pageOf('How to …', '/how-to'),
      pageOf('The playground', '/the-playground'),
      pageOf('Your own page', '/your-own-page'),
    ],
  },
  {
    text: 'Use',
    items: [
      pageOf('Command line', '/cli'),
      pageOf('Bundlers and hosts', '/bundlers'),
      pageOf('PyTorch', '/pytorch'),
      { text: 'Packages', collapsed: true, items: packages.map((name) => pageOf(`@gen/${name}`, `/packages/${name}`)) },
      {
        text: 'Reference',
        collapsed: true,
        items: entries.filter(written).map(({ name }) => pageOf(`@gen/${name}`, `/reference/${name}`)),
      },
    ],
  },
  {
    text: 'Measured',
    items: [
      pageOf('What holds', '/what-holds'),
      pageOf('Quality', '/results'),
      pageOf('How fast', '/speed'),
      pageOf('Benchmarks', '/benchmarks/'),
      pageOf('How large', '/sizes'),
    ],
  },
  {
    text: 'Work on it',
    items: [
      pageOf('Contributing', '/contributing'),
      pageOf('Architecture', '/architecture'),
      pageOf('Decisions', '/decisions/'),
      pageOf('Releases', '/releasing'),
    ],
  },
]

/** The playground's. */
const icon =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='6' cy='6' r='5' fill='%231b3092'/><rect x='8' y='8' width='7' height='7' transform='rotate(45 11 11)' fill='%23b15312'/></svg>"

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: 'gen',
  description: 'Generative models in TypeScript, in Node and in the browser',
  srcDir: 'generated',
  outDir: built,
  cacheDir: join(root, 'node_modules', '.cache', 'vitepress'),
  head: [['link', { rel: 'icon', href: icon }]],
  cleanUrls: true,
  markdown: {
    config: (markdown) => siteLinks(markdown),
    // Links to headings are written for GitHub, whose names these are.
    anchor: { slugify: (text) => new GithubSlugger().slug(text) },
  },
  vite: { publicDir: join(generated, 'public'), logLevel: 'warn', build: { chunkSizeWarningLimit: 3000 } },
  themeConfig: {
    nav: [
      { text: 'Learn', link: '/guide' },
      { text: 'How to …', link: '/how-to' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Playground', link: '/playground/index.html', target: '_self' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
  },
})

export default config
