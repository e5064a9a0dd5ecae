/** The frame that all pages share. @module */
import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Compare } from './compare.tsx'
import { hearKeys } from './keys.ts'
import { Layers } from './layers.tsx'
import type { Player } from './page.ts'
import { Code, Formula, Gauges, Stories } from './reading.tsx'
import { SettingsPanel } from './settings.tsx'
import { Notices } from './status.tsx'
import { Tape } from './tape.tsx'
import { Transport } from './transport.tsx'

/** A page that trains: picture, tape, settings, and what there is to read. */
export function Shell({ player }: { readonly player: Player }): JSX.Element {
  const { page, hide } = player
  useEffect(() => hearKeys(player), [player])
  const busy = useComputed(() => player.status.value === 'loading')
  const shows = (part: string) => !hide.includes(part)
  return (
    <main class="lesson" aria-busy={busy.value}>
      <header class="lead">
        <h1>{page.title}</h1>
        <p>{page.lead}</p>
      </header>
      <Notices player={player} />
      <div class="middle">
        <div class="stage">
          <page.Picture player={player} />
        </div>
        {page.layers.length > 0 && <Layers player={player} />}
        <div class="controls">
          <Tape player={player} />
          <Transport player={player} />
        </div>
      </div>
      {shows('settings') && <SettingsPanel player={player} />}
      <div class="aside">
        <Compare player={player} />
        {shows('look') && <Stories player={player} />}
        <Gauges player={player} />
        {shows('formula') && <Formula player={player} />}
        {shows('code') && <Code player={player} />}
      </div>
    </main>
  )
}
