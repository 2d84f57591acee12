/** The sheets of the wiki in the order in which they make one, by file name in `styles/`. */
export const STYLE_FILES = [
  "colours.css",
  "text.css",
  "layout.css",
  "forms.css",
  "controls.css",
  "content.css",
  "code.css",
  "heads.css",
  "single.css",
  "lists.css",
  "diff.css",
  "print.css",
] as const;

/** The scripts, by file name in `client/`: each imports nothing. All are modules but `display`, which goes first. */
export const SCRIPT_NAMES = [
  "current-page",
  "current-section",
  "display",
  "keys",
  "menus",
  "relative-times",
  "unsaved-text",
] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** Where the files of the wiki are served, under names that change with what they hold. */
export interface Assets {
  readonly stylesheet: string;
  readonly scripts: Readonly<Record<ScriptName, string>>;
  /** The file `views/icon.svg`. */
  readonly icon: string;
}
