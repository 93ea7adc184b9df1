/** A declaration that cannot stand: a sentence that names the class, the property and what is wrong. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError'
}
