/** The pages there are, in the lecture's order; each is loaded when it is opened. @module */
import type { Page } from '../shell/page.ts'

/** A page that can be opened. */
export interface PageEntry {
  readonly name: string
  /** Its name in the navigation. */
  readonly short: string
  load(): Promise<{ readonly page: Page }>
}

/** Finished pages only. */
export const pages: readonly PageEntry[] = [
  { name: 'latent', short: 'Latent', load: () => import('./latent/page.tsx') },
  { name: 'vae', short: 'VAE', load: () => import('./vae/page.tsx') },
  { name: 'gan', short: 'GAN', load: () => import('./gan/page.tsx') },
  { name: 'line', short: 'Figure 1', load: () => import('./line/page.tsx') },
  { name: 'flow', short: 'Flow', load: () => import('./flow/page.tsx') },
  { name: 'diffusion', short: 'Diffusion', load: () => import('./diffusion/page.tsx') },
  { name: 'digits', short: 'Digits', load: () => import('./digits/page.tsx') },
  { name: 'answers', short: 'Answers', load: () => import('./answers/page.tsx') },
  { name: 'fill', short: 'Gaps', load: () => import('./fill/page.tsx') },
  { name: 'game', short: 'Game', load: () => import('./game/page.tsx') },
  { name: 'edit', short: 'Editing', load: () => import('./edit/page.tsx') },
  { name: 'spaces', short: 'Spaces', load: () => import('./spaces/page.tsx') },
  { name: 'own', short: 'Yours', load: () => import('./own/page.tsx') },
]
