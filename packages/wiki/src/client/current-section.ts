/// <reference lib="dom" />
// Marks in the contents the section that is being read: the last one whose heading has passed the top of the window.

const links = [...document.querySelectorAll<HTMLAnchorElement>(".contents a[href^='#']")];
const sections = links.flatMap((link) => {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return heading === null ? [] : [{ link, heading }];
});

const LINE = 120;
let current: HTMLAnchorElement | undefined;
let isPlanned = false;

function mark(): void {
  isPlanned = false;
  const isAtEnd = scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  const passed = sections.findLast(
    ({ heading }) => heading.getBoundingClientRect().top <= (isAtEnd ? innerHeight : LINE),
  );
  if (passed?.link === current) return;
  current?.removeAttribute("aria-current");
  current = passed?.link;
  current?.setAttribute("aria-current", "true");
  current?.scrollIntoView({ block: "nearest" });
}

function plan(): void {
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(mark);
}

addEventListener("scroll", plan, { passive: true });
addEventListener("resize", plan, { passive: true });
mark();

export {};
