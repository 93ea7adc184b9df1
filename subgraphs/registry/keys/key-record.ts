/** A key as it is remembered: what identifies it, never the key. */
export interface KeyRecord {
  readonly id: string
  /** sha-256 of the whole key, lower-case hex. */
  readonly hash: string
  /** Its first characters, for people to tell a client's keys apart: unique among them. */
  readonly prefix: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  /** Id of the key that it was rotated into. */
  readonly replacedBy: string | null
}

/** Whether a key opens anything at this moment, in milliseconds since the epoch. */
export function isValid({ revokedAt, expiresAt }: KeyRecord, now: number): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt.getTime() > now)
}
