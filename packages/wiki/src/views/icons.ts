import { html, type View } from "./html.ts";

/** Our own set: strokes of 1.5 on a grid of 20, in the colour of the text. */
const PATHS = {
  check: "M4 10.5 8 14.5 16 5.5",
  conflict: "M5 3v5c0 3 5 3 5 6v3M15 3v5c0 3-5 3-5 6M3 5l2-2 2 2M13 5l2-2 2 2",
  display: "M2 15 6.5 4.5 11 15M3.6 11.5h5.8M17.5 9.5V15M17.5 12.3a2.3 2.7 0 1 1-4.6 0 2.3 2.7 0 1 1 4.6 0",
  edit: "M3 17l1-4L13.5 3.5a1.8 1.8 0 0 1 3 3L7 16l-4 1zM12 5l3 3",
  file: "M5 2.5h6.5L15.5 6.5v11H5zM11.5 2.5v4h4",
  history: "M3.5 10a6.5 6.5 0 1 0 2-4.7L3.5 7M3.5 3.5V7H7M10 6.5V10l2.5 2",
  links:
    "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0L4.5 11.2a3 3 0 0 0 4.3 4.3L10 14.3",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  more: "M3.8 10a.7.7 0 1 0 1.4 0 .7.7 0 1 0-1.4 0M9.3 10a.7.7 0 1 0 1.4 0 .7.7 0 1 0-1.4 0M14.8 10a.7.7 0 1 0 1.4 0 .7.7 0 1 0-1.4 0",
  plus: "M10 4v12M4 10h12",
  rename: "M3 6h5M5.5 6v8M3 14h5M11 7h6v6h-6",
  restore: "M4 8h8a4.2 4.2 0 0 1 0 8.5H7M7 4.5 3.5 8 7 11.5",
  search: "M8.8 3.5a5.3 5.3 0 1 1 0 10.6 5.3 5.3 0 0 1 0-10.6zM12.7 12.7l4 4",
  tag: "M3 3.5h6.5l7.5 7.5-6 6L3.5 9.5zM6.7 6.9h.01",
  trash: "M3.5 5.5h13M8 5.5v-2h4v2M5 5.5l.8 11.5h8.4L15 5.5M8.3 8.5v5.5M11.7 8.5v5.5",
  upload: "M10 13V3.5M6 7.5l4-4 4 4M3.5 13v3.5h13V13",
  warning: "M10 3 18 16.5H2zM10 8v4M10 14.3h.01",
} as const;

export type IconName = keyof typeof PATHS;

/** Beside words that say the same: nothing for a screen reader. */
export function icon(name: IconName): View {
  return html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
}
