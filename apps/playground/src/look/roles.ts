/** Hue means a mathematical role, and nothing else. @module */

/** What a mark stands for. */
export type Role = 'data' | 'model' | 'latent' | 'discriminator' | 'noise' | 'error'

/** Light or dark paper. */
export type Theme = 'light' | 'dark'

/** The colors of the roles, of paper and of ink. */
export interface Palette extends Readonly<Record<Role, string>> {
  readonly paper: string
  readonly panel: string
  readonly ink: string
  readonly muted: string
  readonly rule: string
}

/** The least CIEDE2000 between any two roles, over normal vision and full color blindness of three kinds: 15.3 and 17.0. */
export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    data: '#1b3092',
    model: '#b15312',
    latent: '#027561',
    discriminator: '#a033ea',
    noise: '#868890',
    error: '#7c1023',
    paper: '#fcfcfb',
    panel: '#f4f4f2',
    ink: '#1b1d21',
    muted: '#5c6068',
    rule: '#dcdcd8',
  },
  dark: {
    data: '#5586f7',
    model: '#fba910',
    latent: '#50e8bd',
    discriminator: '#e1bafd',
    noise: '#8d8f99',
    error: '#f04459',
    paper: '#14161a',
    panel: '#1b1e24',
    ink: '#e9eaec',
    muted: '#a2a7b0',
    rule: '#2e323a',
  },
}

/** The red, green and blue of `#rrggbb`, 0 to 255. */
export function channels(color: string): readonly [red: number, green: number, blue: number] {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
