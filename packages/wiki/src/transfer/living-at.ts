import type { Uuid } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Attachment, type AttachmentAggregate, attachmentLog } from "../domain/attachment.ts";
import { Page, type PageAggregate } from "../domain/page.ts";
import { pageLog } from "../domain/page-log.ts";

/** What lives now and lived at a position, as it was there, and how many entries of its log were looked at. */
export interface LivingBatch<A> {
  readonly logged: number;
  readonly living: readonly A[];
}

/** A log of what was made, and how to get that. */
interface Source<E, A> {
  readonly select: (gt: number) => Promise<readonly E[]>;
  readonly idOf: (event: E) => Uuid;
  readonly getNow: (ids: readonly Uuid[]) => Promise<ReadonlyMap<Uuid, A>>;
  readonly getThen: (id: Uuid) => Promise<A>;
}

const BATCH = 200;

/** Pages in the order of their creation. */
export function pagesAt({ events }: WikiApplication, position: number): AsyncGenerator<LivingBatch<PageAggregate>> {
  return livingAt(events, position, {
    select: (gt) => events.log(pageLog).select({ gt, limit: BATCH }),
    idOf: ({ data }) => data.pageId,
    getNow: (ids) => events.repository.getMany(Page, ids),
    getThen: (id) => events.repository.get(Page, id, { position }),
  });
}

/** Attachments in the order of their creation. */
export function attachmentsAt(
  { events }: WikiApplication,
  position: number,
): AsyncGenerator<LivingBatch<AttachmentAggregate>> {
  return livingAt(events, position, {
    select: (gt) => events.log(attachmentLog).select({ gt, limit: BATCH }),
    idOf: ({ data }) => Attachment.idOf(data),
    getNow: (ids) => events.repository.getMany(Attachment, ids),
    getThen: (id) => events.repository.get(Attachment, id, { position }),
  });
}

/** How many entries both logs have, to tell how far along them one has come. */
export async function countLogged({ events }: WikiApplication): Promise<{ pages: number; attachments: number }> {
  const newest = { desc: true, limit: 1 } as const;
  const [page] = await events.log(pageLog).select(newest);
  const [attachment] = await events.log(attachmentLog).select(newest);
  return { pages: page?.originatorVersion ?? 0, attachments: attachment?.originatorVersion ?? 0 };
}

async function* livingAt<
  E extends { readonly position: number; readonly originatorVersion: number },
  A extends { readonly id: Uuid; readonly state: { readonly deleted: boolean } },
>(
  { recorder }: WikiApplication["events"],
  position: number,
  { select, idOf, getNow, getThen }: Source<E, A>,
): AsyncGenerator<LivingBatch<A>> {
  const isPast = position < (await recorder.head());
  for (let gt = 0; ; ) {
    const logged = await select(gt);
    const last = logged.at(-1);
    if (!last) return;
    gt = last.originatorVersion;
    const current = await getNow(logged.filter((event) => event.position <= position).map(idOf));
    const alive = [...current.values()].filter(({ state }) => !state.deleted);
    const living = isPast ? await Promise.all(alive.map(({ id }) => getThen(id))) : alive;
    yield { logged: logged.length, living: living.filter(({ state }) => !state.deleted) };
  }
}
