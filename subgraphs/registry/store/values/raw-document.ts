/** A document still in BSON: written into replies and storage without decoding. */
export class RawDocument {
  constructor(readonly bytes: Uint8Array) {}
}
