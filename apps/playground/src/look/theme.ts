/** Light or dark: as the system has it, or as it was chosen. @module */
import { effect, type Signal, signal } from '@preact/signals'
import type { Theme } from './roles.ts'

const dark = matchMedia('(prefers-color-scheme: dark)')

/** The theme now. */
export const theme: Signal<Theme> = signal(dark.matches ? 'dark' : 'light')

dark.addEventListener('change', () => {
  theme.value = dark.matches ? 'dark' : 'light'
})

effect(() => {
  document.documentElement.dataset.theme = theme.value
})
