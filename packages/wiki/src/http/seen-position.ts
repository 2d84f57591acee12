const NAME = "seen";
// A minute is more than any node lags behind; after that no node needs to be told.
const MAX_AGE = 60;

/** The cookie that tells every node which of a reader's own changes it must show. */
export function seenCookie(epoch: string, position: number): string {
  return `${NAME}=${epoch}.${position}; Path=/; Max-Age=${MAX_AGE}; HttpOnly; SameSite=Lax`;
}

/** The position in a cookie header; 0 where there is none, or it is of another log. */
export function seenPosition(cookies: string | null | undefined, epoch: string): number {
  const [, of, position] = /(?:^|;\s*)seen=([-0-9a-f]{36})\.(\d{1,15})(?:;|$)/.exec(cookies ?? "") ?? [];
  return of === epoch ? Number(position) : 0;
}
