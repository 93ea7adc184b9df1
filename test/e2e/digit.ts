import sharp from 'sharp'

/** Strokes on a 200 × 200 sheet, as a pen would draw them: no fonts, which a machine may not have. */
const STROKES = {
  0: 'M100 30 C40 30 40 170 100 170 C160 170 160 30 100 30',
  1: 'M75 60 L105 30 L105 170',
  3: 'M60 45 C90 20 145 30 140 70 C138 92 115 98 95 98 C120 98 150 105 145 138 C140 175 80 180 55 150',
  7: 'M55 40 L145 40 L90 170',
} as const

export type DrawnDigit = keyof typeof STROKES

/** A digit in dark ink on white paper, as PNG bytes. */
export function drawDigit(digit: DrawnDigit): Promise<Buffer> {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200" fill="white"/>` +
    `<path d="${STROKES[digit]}" fill="none" stroke="black" stroke-width="20" stroke-linecap="round"/></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
