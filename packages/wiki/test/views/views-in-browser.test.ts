import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launchBrowser } from "../../../../tools/testing/chromium.ts";
import { FRAME, SAMPLES } from "../../src/views/test-support/samples.ts";
import { findViolations } from "../browser/find-violations.ts";
import { openSamples } from "./sample-browser.ts";

const NIGHTLY = process.env["NIGHTLY"] !== undefined;
/** One of each kind: all of them are looked at in the light and wide, and at night in each way. */
const KINDS = ["page", "edit-refused", "conflict", "history", "diff", "search", "api"];

/** The errors differ in words alone. */
const NAMES = SAMPLES.map(({ name }) => name).filter((name) => !/^error-(?!404|413|500)/.test(name));

describe.skipIf(CHROMIUM === undefined)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each([
    { colorScheme: "light", width: 1_400, names: NAMES },
    {
      colorScheme: "dark",
      width: 1_400,
      names: NIGHTLY ? NAMES : KINDS.slice(0, 3),
    },
    {
      colorScheme: "light",
      width: 320,
      names: NIGHTLY ? NAMES : KINDS.slice(2),
    },
  ] as const)(
    "every view is accessible, keeps to the policy and to a window of $width px, $colorScheme",
    async (it) => {
      const { colorScheme, width, names } = it;
      const page = await openSamples(browser, { colorScheme, viewport: { width, height: 800 } });
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      for (const name of names) {
        await page.goto(`http://wiki.test/sample/${name}`);
        complaints.push(...(await findViolations(page)).map((violation) => `${name}: ${violation}`));
        const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        if (overflow > 0) complaints.push(`${name}: ${overflow} px too wide`);
      }
      await page.context().close();
      // The sample of a file shows a picture that is not there.
      expect(complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
    },
    300_000,
  );

  test("no word is so long that it makes a view wider than the window", async () => {
    const page = await openSamples(browser);
    const wide: string[] = [];
    for (const width of NIGHTLY ? [320, 1_400] : [320]) {
      await page.setViewportSize({ width, height: 800 });
      for (const name of NAMES) {
        await page.goto(`http://wiki.test/long/${name}`);
        const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        if (overflow > 0) wide.push(`${name}, ${width}: ${overflow} px`);
      }
    }
    await page.context().close();
    expect(wide).toEqual([]);
  }, 120_000);

  test("nothing moves while a page loads", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_400, height: 900 } });
    await page.goto("http://wiki.test/sample/page");
    const shift = await page.evaluate<number>(`new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(sum), 200);
    })`);
    await page.context().close();
    expect(shift).toBeLessThan(0.001);
  });

  test("a line of a page holds 60 to 75 characters", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_400, height: 900 } });
    await page.goto("http://wiki.test/sample/page");
    const characters = await page.evaluate<number>(`(() => {
      const paragraph = document.querySelector(".content > p");
      const { height } = paragraph.getBoundingClientRect();
      const lines = Math.round(height / parseFloat(getComputedStyle(paragraph).lineHeight));
      return paragraph.textContent.length / lines;
    })()`);
    await page.context().close();
    expect(characters).toBeGreaterThan(58);
    expect(characters).toBeLessThan(76);
  });

  test("on a phone, what is pressed is large enough for a finger", async () => {
    const page = await openSamples(browser, { viewport: { width: 360, height: 740 } });
    const small: string[] = [];
    for (const name of NAMES) {
      await page.goto(`http://wiki.test/sample/${name}`);
      const found = await page.evaluate<
        string[]
      >(`[...document.querySelectorAll("button, summary, select, input:not([type=hidden]), header a, .form-actions a")]
        .filter((it) => it.checkVisibility() && !it.closest(".content, .byline, .who, .visually-hidden, .link-button") && !it.matches(".site-footer *"))
        .map((it) => ({ it: it.closest("label") ?? it }))
        .filter(({ it }) => it.getBoundingClientRect().height < 43.5)
        .map(({ it }) => it.outerHTML.slice(0, 80))`);
      small.push(...found.map((it) => `${name}: ${it}`));
    }
    await page.context().close();
    expect(small).toEqual([]);
  }, 120_000);

  describe("the keys", () => {
    let page: Page;
    beforeAll(async () => {
      page = await openSamples(browser, { viewport: { width: 1_400, height: 900 } });
    });
    afterAll(() => page.context().close());

    test("/ goes to the search field, where keys are letters again", async () => {
      await page.goto("http://wiki.test/sample/page");
      await page.keyboard.press("/");
      await page.keyboard.type("e?");
      expect(await page.inputValue("#site-search")).toBe("e?");
      expect(page.url()).toBe("http://wiki.test/sample/page");
    });

    test("e edits and g r shows the changes", async () => {
      for (const [keys, address] of [
        [["e"], "/edit/guides/baking-bread"],
        [["g", "r"], "/changes"],
      ] as const) {
        await page.goto("http://wiki.test/sample/page");
        for (const key of keys) await page.keyboard.press(key);
        await page.waitForURL(`http://wiki.test${address}`);
      }
    });

    test("? lists them, and there they can be turned off and on", async () => {
      await page.goto("http://wiki.test/sample/page");
      await page.keyboard.press("?");
      expect(await page.textContent("dialog")).toContain("Edit this page");
      expect(await findViolations(page)).toEqual([]);
      await page.uncheck("dialog input");
      await page.click("dialog button");
      await page.keyboard.press("e");
      await page.keyboard.press("?");
      expect(await page.isVisible("dialog")).toBe(false);
      await page.click("text=Keys");
      await page.check("dialog input");
      await page.click("dialog button");
      await page.keyboard.press("e");
      await page.waitForURL("http://wiki.test/edit/**");
    });

    test("n and p go through the changes of a comparison", async () => {
      await page.goto("http://wiki.test/sample/diff");
      const places: string[] = [];
      for (const key of ["n", "n", "p"]) {
        await page.keyboard.press(key);
        // Of the page itself: what the driver knows of its address comes later.
        places.push(await page.evaluate<string>("location.hash"));
      }
      expect(places).toEqual(["#change-1", "#change-2", "#change-1"]);
    });
  });

  test("leaving a text that is not saved asks, sending it does not", async () => {
    const page = await openSamples(browser);
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      dialog.accept().catch(() => undefined);
    });
    const edit = "http://wiki.test/sample/edit";
    await page.goto(edit);
    await page.goto(`${edit}?unchanged`);
    expect(asked).toEqual([]);
    await page.fill("#field-body", "Something new");
    await page.goto(`${edit}?left`);
    expect(asked).toEqual(["beforeunload"]);
    await page.fill("#field-body", "Something new");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL("http://wiki.test/edit/**");
    expect(asked).toEqual(["beforeunload"]);
    await page.context().close();
  });

  test("the contents mark the section that is read, and menus close", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_400, height: 700 } });
    await page.goto("http://wiki.test/sample/page");
    const current = () => page.textContent(".contents [aria-current]", { timeout: 5_000 });
    await page.click(".contents a >> text=The dough");
    await expect.poll(current).toBe("The dough");
    await page.click(".page-actions summary");
    expect(await page.isVisible("text=What links here")).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("text=What links here")).toBe(false);
    await page.context().close();
  });

  test("where there is no room beside a page, its contents are folded above it", async () => {
    const page = await openSamples(browser, { viewport: { width: 360, height: 740 } });
    const section = page.locator(".contents-fold a", { hasText: "The dough" });
    await page.goto("http://wiki.test/sample/page");
    expect(await section.isVisible()).toBe(false);
    await page.click(".contents-fold summary");
    expect(await findViolations(page)).toEqual([]);
    await section.click();
    expect(decodeURIComponent(new URL(page.url()).hash)).toBe("#h-the-dough");
    await page.setViewportSize({ width: 1_400, height: 740 });
    expect(await page.isVisible(".contents-fold")).toBe(false);
    await page.context().close();
  });

  test("the tree begins where the page is that is read", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_400, height: 100 } });
    await page.goto("http://wiki.test/sample/page");
    const isShown = await page.evaluate<boolean>(`(() => {
      const tree = document.querySelector(".page-tree").getBoundingClientRect();
      const current = document.querySelector(".page-tree [aria-current]").getBoundingClientRect();
      return current.top >= tree.top && current.bottom <= tree.bottom;
    })()`);
    expect(isShown).toBe(true);
    expect(await page.evaluate<number>("scrollY")).toBe(0);
    await page.context().close();
  });

  test("a text can be saved from wherever in it one is, and no field hides behind what saves it", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_280, height: 800 } });
    await page.goto("http://wiki.test/sample/edit");
    const bottomOf = async (selector: string) => {
      const box = await page.locator(selector).boundingBox();
      return (box?.y ?? 0) + (box?.height ?? 0);
    };
    expect(await bottomOf("[value=save]")).toBeLessThan(800);
    await page.focus("#field-body");
    await page.keyboard.press("Tab");
    expect(await page.evaluate<string>("document.activeElement.id")).toBe("field-tags");
    const room = 800 - ((await page.locator(".save-bar").boundingBox())?.height ?? 0);
    // It moves there smoothly.
    await expect.poll(() => bottomOf("#field-tags")).toBeLessThanOrEqual(room);
    await page.context().close();
  });

  test("below the name of a day stands the time of day, and below today how long ago", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_280, height: 800 } });
    await page.clock.install({ time: FRAME.now.at });
    await page.goto("http://wiki.test/sample/changes");
    const times = await page.locator(".change time").allTextContents();
    expect([times[0], times.at(-1)]).toEqual(["3 hours ago", "18:30 UTC"]);
    await page.context().close();
  });

  test("theme, size and width are chosen in a menu, last, and leave paper alone", async () => {
    const page = await openSamples(browser, { viewport: { width: 1_400, height: 900 }, colorScheme: "light" });
    const look = () =>
      page.evaluate<[string, number, number]>(`(() => {
        const { backgroundColor } = getComputedStyle(document.body);
        const text = document.querySelector(".content p");
        return [backgroundColor, parseFloat(getComputedStyle(text).fontSize), text.getBoundingClientRect().width];
      })()`);
    await page.goto("http://wiki.test/sample/page");
    const [paper, size, width] = await look();
    await page.click(".display-menu summary");
    expect(await findViolations(page)).toEqual([]);
    for (const choice of ["Dark", "Large", "Wide"]) await page.check(`.display-menu label:has-text("${choice}") input`);
    const chosen = await look();
    expect(chosen[0]).not.toBe(paper);
    expect(chosen[1]).toBeGreaterThan(size);
    expect(chosen[2]).toBeGreaterThan(width);
    await page.goto("http://wiki.test/sample/page?again");
    expect(await look()).toEqual(chosen);
    expect(await page.isChecked('.display-menu label:has-text("Dark") input')).toBe(true);
    await page.emulateMedia({ media: "print" });
    expect((await look())[0]).toBe(paper);
    await page.emulateMedia({ media: "screen" });
    await page.click(".display-menu summary");
    for (const name of ["theme", "size", "width"]) await page.check(`.display-menu [name=${name}][value=""]`);
    expect(await look()).toEqual([paper, size, width]);
    await page.context().close();
  });

  test("without scripts every view is the same document", async () => {
    const page = await openSamples(browser, { javaScriptEnabled: false });
    await page.goto("http://wiki.test/sample/page");
    expect(await page.textContent(".byline time")).toMatch(/^\d{1,2} \w+ \d{4}$/);
    await page.click(".page-actions summary");
    expect(await page.isVisible("text=What links here")).toBe(true);
    // Its choices would do nothing.
    expect(await page.isVisible(".display-menu")).toBe(false);
    await page.context().close();
  });
});
