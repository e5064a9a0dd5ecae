/** The playground: one page at a time, by the address. @module */
import { signal } from '@preact/signals'
import { type JSX, render } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import './look/look.css'
import { theme } from './look/theme.ts'
import { pages } from './pages/pages.ts'
import { openPlayer } from './shell/open-player.ts'
import type { Player } from './shell/page.ts'
import { Shell } from './shell/shell.tsx'
import { BackendBadge } from './shell/status.tsx'
import { Icon } from './shell/transport.tsx'

const current = signal<Player | undefined>(undefined)
let address = ''

/** Opens what the address names; a change that the page itself made is none. */
async function route(): Promise<void> {
  if (location.hash === address && current.value) return
  address = location.hash
  const [, name = '', query = ''] = /^#\/(\w*)(\?.*)?$/.exec(location.hash) ?? []
  const { page } = await (pages.find((entry) => entry.name === name) ?? pages[0]!).load()
  await current.value?.close()
  document.title = `${page.title} · gen playground`
  current.value = openPlayer(page, query.slice(1))
}

function Nav({ name }: { readonly name: string }): JSX.Element {
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    const open = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (open) nav.current!.scrollLeft = open.offsetLeft - (nav.current!.clientWidth - open.offsetWidth) / 2
  }, [name])
  return (
    <nav aria-label="Pages" ref={nav}>
      {pages.map((entry) => (
        <a key={entry.name} href={`#/${entry.name}`} aria-current={entry.name === name ? 'page' : undefined}>
          {entry.short}
        </a>
      ))}
    </nav>
  )
}

function App(): JSX.Element | null {
  const open = current.value
  if (!open) return null
  return (
    <>
      <div class="top">
        <a class="home" href="#/">
          gen
        </a>
        <Nav name={open.page.name} />
        <BackendBadge player={open} />
        <button
          type="button"
          class="theme"
          title="Light or dark"
          onClick={() => {
            theme.value = theme.value === 'dark' ? 'light' : 'dark'
          }}
        >
          <Icon path="M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5z" />
          <span class="sr">Light or dark</span>
        </button>
      </div>
      <Shell key={open.page.name} player={open} />
    </>
  )
}

addEventListener('hashchange', () => {
  route().catch(reportError)
})
route().catch(reportError)
render(<App />, document.getElementById('page')!)

// After the page, so that it does not wait; while the site is being worked on, files must stay fresh.
if (import.meta.env.MODE === 'production')
  addEventListener('load', () => navigator.serviceWorker?.register('service-worker.js').catch(() => undefined))
