import type { MarkdownIt, StateCore, Token } from "markdown-it";

/** What an alert is for; each has a look of its own. */
export type AlertKind = "note" | "tip" | "important" | "warning" | "caution";

// GitHub's five, and the names that other systems have for the like.
const KINDS: ReadonlyMap<string, AlertKind> = new Map(
  Object.entries({
    note: "note info abstract summary todo question example quote",
    tip: "tip hint success",
    important: "important",
    warning: "warning attention",
    caution: "caution danger error failure bug",
  }).flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind as AlertKind])),
);
// Behind the name may stand whether it is folded, and a title of its own.
const MARK = /^\[!([A-Za-z]{1,20})\][+-]?(?:[ \t]+([^\n]*))?(?:\n|$)/;

/** `> [!NOTE]` before the text of a quote: marks it with `meta.alert`, and makes a title of that line. */
export function alerts(md: MarkdownIt): void {
  md.core.ruler.after("block", "alerts", (state) => {
    const { tokens } = state;
    const made: Token[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (!token) continue;
      made.push(token);
      const text = token.type === "blockquote_open" && tokens[i + 1]?.type === "paragraph_open" && tokens[i + 2];
      if (!text) continue;
      const [mark, name = "", title = ""] = MARK.exec(text.content) ?? [];
      const kind = KINDS.get(name.toLowerCase());
      if (mark === undefined || kind === undefined) continue;
      token.meta = { alert: kind };
      made.push(...titleTokens(state, title.trim() || name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()));
      text.content = text.content.slice(mark.length);
      // A paragraph of that line alone.
      if (text.content === "") i += 3;
    }
    state.tokens = made;
  });
}

function titleTokens({ Token }: StateCore, title: string): readonly Token[] {
  const text = new Token("inline", "", 0);
  text.content = title;
  text.children = [];
  return [new Token("alert_title_open", "p", 1), text, new Token("alert_title_close", "p", -1)];
}
