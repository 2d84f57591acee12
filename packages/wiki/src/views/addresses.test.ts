import fc from "fast-check";
import { expect, test } from "vitest";
import * as addresses from "./addresses.ts";

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((it) => !/^\.{1,2}$|\//.test(it));
const slug = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const text = fc.string({ unit: "binary", minLength: 1 }).map((it) => it.toWellFormed());

/** What a server reads of an address. */
function read(address: string) {
  const { origin, pathname, searchParams, hash } = new URL(address, "http://wiki.test");
  return { origin, path: decodeURIComponent(pathname), query: Object.fromEntries(searchParams), hash };
}

test("a slug comes back from each address that names a page", () => {
  const { pageAddress, sourceAddress, editAddress, renameAddress, deleteAddress, restoreAddress } = addresses;
  const { revertAddress, backlinksAddress, historyAddress, diffAddress } = addresses;
  const places = {
    "/wiki/": pageAddress,
    "/edit/": editAddress,
    "/rename/": renameAddress,
    "/delete/": deleteAddress,
    "/restore/": restoreAddress,
    "/revert/": revertAddress,
    "/links/": (it: string) => backlinksAddress(it),
    "/history/": (it: string) => historyAddress(it),
    "/diff/": (it: string) => diffAddress(it),
  };
  fc.assert(
    fc.property(slug, (it) => {
      for (const [place, addressOf] of Object.entries(places)) {
        expect(read(addressOf(it))).toEqual({ origin: "http://wiki.test", path: place + it, query: {}, hash: "" });
      }
      expect(read(sourceAddress(it, 3))).toMatchObject({ path: `/wiki/${it}.md`, query: { version: "3" } });
    }),
  );
});

test("what is asked for comes back from a query, and what is not is not in it", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(read(addresses.newPageAddress({ slug: a, title: b })).query).toEqual({ slug: a, title: b });
      expect(read(addresses.searchAddress({ q: a, tag: b, author: undefined })).query).toEqual({ q: a, tag: b });
      expect(read(addresses.changesAddress({ author: a, kind: "", before: 7 })).query).toEqual({
        author: a,
        before: "7",
      });
      expect(read(addresses.pagesAddress({ under: a, after: b })).query).toEqual({ under: a, after: b });
      expect(read(addresses.diffAddress("a", { from: 0, to: 4, layout: "inline" })).query).toEqual({
        from: "0",
        to: "4",
      });
    }),
  );
});

test("tags and files are one part of a path, files with their folders", () => {
  expect(addresses.tagAddress("c++ & c#")).toBe("/tags/c%2B%2B%20%26%20c%23");
  expect(addresses.attachmentAddress("guides/map 1.png", 2)).toBe("/attachments/guides/map%201.png?version=2");
  expect(addresses.attachmentHistoryAddress("a?b.png")).toBe("/attachments/a%3Fb.png?view=history");
});

test("half a surrogate pair makes an address too", () => {
  expect(addresses.searchAddress({ q: "\ud83d" })).toBe("/search?q=%EF%BF%BD");
});
