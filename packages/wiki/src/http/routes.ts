import { readApi, showApi } from "./api-resources.ts";
import { atom } from "./feeds/atom.ts";
import { changesFeed } from "./feeds/changes-feed.ts";
import { jsonFeed } from "./feeds/json-feed.ts";
import { followLog, readLog, readLogSection, readNotificationLog, readNotificationLogPart } from "./feeds/read-log.ts";
import { robots } from "./feeds/robots.ts";
import { sitemap } from "./feeds/sitemap.ts";
import { describeApi } from "./open-api.ts";
import { liveness, readiness, readMetrics } from "./operations/health-resources.ts";
import {
  deleteAttachment,
  listAttachments,
  putAttachment,
  readAttachment,
  restoreAttachment,
  uploadFromForm,
} from "./resources/attachments.ts";
import { completeTitles } from "./resources/complete-titles.ts";
import { deletePage, showDeletePage } from "./resources/delete-page.ts";
import { editFromForm, patchPage, showEditPage } from "./resources/edit-page.ts";
import { showHome } from "./resources/home.ts";
import { listMissingPages, listOrphans } from "./resources/link-lists.ts";
import { listChanges } from "./resources/list-changes.ts";
import { listPages } from "./resources/list-pages.ts";
import { createFromForm, createPage, showNewPage } from "./resources/new-page.ts";
import { pageDiff } from "./resources/page-diff.ts";
import { pageHistory } from "./resources/page-history.ts";
import { pageLinks } from "./resources/page-links.ts";
import { randomPage } from "./resources/random-page.ts";
import { readPage } from "./resources/read-page.ts";
import { renamePage, showRenamePage } from "./resources/rename-page.ts";
import { restorePage, showRestorePage } from "./resources/restore-page.ts";
import { revertPage } from "./resources/revert-page.ts";
import { search } from "./resources/search.ts";
import { listContributors, readStatistics } from "./resources/statistics.ts";
import { listTags, readTag } from "./resources/tags.ts";
import type { Route } from "./route.ts";
import type { Site } from "./site.ts";

const SLUG = ":slug{.+}";
// Where a new slug may stand in the body, the one in the address has another name.
const PAGE = ":page{.+}";
// The name of a file ends in an extension, so that what stands behind a further slash is no part of it.
const FILE = ":name{.+}";

/** Every address of the wiki. */
export function routesOf(site: Site): readonly Route[] {
  const routes: readonly Route[] = [
    {
      html: `GET /wiki/${SLUG}`,
      api: `GET /api/v1/pages/${SLUG}`,
      markdown: "GET /wiki/:slug{.+\\.md}",
      resource: readPage(site),
    },
    { html: "GET /", resource: showHome(site) },
    { html: "GET /new", resource: showNewPage(site) },
    { html: "POST /new", resource: createFromForm(site) },
    { api: "POST /api/v1/pages", resource: createPage(site) },
    { html: `GET /edit/${PAGE}`, resource: showEditPage(site) },
    { html: `POST /edit/${PAGE}`, resource: editFromForm(site) },
    { api: `PATCH /api/v1/pages/${PAGE}`, resource: patchPage(site) },
    { html: `GET /rename/${PAGE}`, resource: showRenamePage(site) },
    { html: `POST /rename/${PAGE}`, api: `POST /api/v1/rename/${PAGE}`, resource: renamePage(site) },
    { html: `GET /delete/${PAGE}`, resource: showDeletePage(site) },
    { html: `POST /delete/${PAGE}`, api: `DELETE /api/v1/pages/${PAGE}`, resource: deletePage(site) },
    { html: `GET /restore/${PAGE}`, resource: showRestorePage(site) },
    { html: `POST /restore/${PAGE}`, api: `POST /api/v1/restore/${PAGE}`, resource: restorePage(site) },
    { html: `POST /revert/${PAGE}`, api: `POST /api/v1/revert/${PAGE}`, resource: revertPage(site) },
    { html: `GET /history/${SLUG}`, api: `GET /api/v1/history/${SLUG}`, resource: pageHistory(site) },
    { html: `GET /diff/${SLUG}`, api: `GET /api/v1/diff/${SLUG}`, resource: pageDiff(site) },
    { html: `GET /links/${SLUG}`, api: `GET /api/v1/links/${SLUG}`, resource: pageLinks(site) },
    { html: "GET /pages", api: "GET /api/v1/pages", resource: listPages(site) },
    { html: "GET /changes", api: "GET /api/v1/changes", resource: listChanges(site) },
    { html: "GET /search", api: "GET /api/v1/search", resource: search(site) },
    { api: "GET /api/v1/complete", resource: completeTitles(site) },
    { html: "GET /tags", api: "GET /api/v1/tags", resource: listTags(site) },
    { html: "GET /tags/:tag{.+}", api: "GET /api/v1/tags/:tag{.+}", resource: readTag(site) },
    { html: "GET /missing", api: "GET /api/v1/missing", resource: listMissingPages(site) },
    { html: "GET /orphans", api: "GET /api/v1/orphans", resource: listOrphans(site) },
    { html: "GET /random", api: "GET /api/v1/random", resource: randomPage(site) },
    { api: "GET /api/v1/contributors", resource: listContributors(site) },
    { api: "GET /api/v1/statistics", resource: readStatistics(site) },

    { html: "GET /attachments", api: "GET /api/v1/attachments", resource: listAttachments(site) },
    { html: "POST /attachments", resource: uploadFromForm(site) },
    { html: `GET /attachments/${FILE}`, api: `GET /api/v1/attachments/${FILE}`, resource: readAttachment(site) },
    { api: `PUT /api/v1/attachments/${FILE}`, resource: putAttachment(site) },
    {
      html: `POST /attachments/${FILE}/delete`,
      api: `DELETE /api/v1/attachments/${FILE}`,
      resource: deleteAttachment(site),
    },
    {
      html: `POST /attachments/${FILE}/restore`,
      api: `POST /api/v1/attachments/${FILE}/restore`,
      resource: restoreAttachment(site),
    },

    { html: "GET /feeds/changes.atom", resource: changesFeed(site, atom) },
    { html: "GET /feeds/changes.json", resource: changesFeed(site, jsonFeed) },
    { html: "GET /sitemap.xml", resource: sitemap(site) },
    { html: "GET /robots.txt", resource: robots(site) },
    { api: "GET /api/v1/log", resource: readLog(site) },
    { api: "GET /api/v1/log/:section", resource: readLogSection(site) },
    { api: "GET /api/v1/events", resource: followLog(site) },
    { api: "GET /api/v1/notification-log", resource: readNotificationLog(site) },
    { api: "GET /api/v1/notification-log/:part", resource: readNotificationLogPart(site) },

    { html: "GET /api", resource: showApi(site, () => describeApi(routes)) },
    { api: "GET /api/v1/openapi.json", resource: readApi(() => describeApi(routes)) },
    { html: "GET /health/live", resource: liveness(), isOperation: true },
    { html: "GET /health/ready", resource: readiness(site), isOperation: true },
    { html: "GET /metrics", resource: readMetrics(site), isOperation: true },
  ];
  return routes;
}
