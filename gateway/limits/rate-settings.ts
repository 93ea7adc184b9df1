import { z } from 'zod'
import type { Rate } from '../../shared/control/protocol.js'

const RATE = '(\\d+(?:\\.\\d+)?):(\\d+)'

/** A rate as a setting: `100:200` is 100 per second and 200 at once; empty is none. */
export const rate = z.string().refine((text) => text === '' || rateOf(text) !== null, {
  error: 'expected a rate per second above 0 and a burst from 1, such as 100:200',
})

/** Rates by name as a setting: `fraud-detector=100:200,digit-reader=5:10`. */
export const modelRates = z
  .string()
  .refine((text) => text === '' || text.split(',').every((entry) => entryOf(entry) !== undefined), {
    error: 'expected rates of models, such as fraud-detector=100:200,digit-reader=5:10',
  })

export function rateOf(text: string): Rate | null {
  const [, perSecond, burst] = new RegExp(`^${RATE}$`).exec(text.trim()) ?? []
  const found = { perSecond: Number(perSecond), burst: Number(burst) }
  return found.perSecond > 0 && found.burst >= 1 ? found : null
}

export function ratesOf(text: string): Readonly<Record<string, Rate>> {
  if (text === '') return {}
  return Object.fromEntries(text.split(',').flatMap((entry) => entryOf(entry) ?? []))
}

function entryOf(text: string): [[string, Rate]] | undefined {
  const [name = '', given = '', ...rest] = text.split('=')
  const found = rest.length === 0 && name.trim() !== '' ? rateOf(given) : null
  return found ? [[name.trim(), found]] : undefined
}
