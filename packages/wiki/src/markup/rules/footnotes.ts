import type { MarkdownIt, StateBlock, StateCore, StateInline, Token } from "markdown-it";

/**
 * `text[^name]` and, on a line of its own, `[^name]: note`, with more blocks of the note indented by four. Notes are
 * numbered as the text refers to them and moved to its end; a note that nothing refers to is not shown.
 */
export function footnotes(md: MarkdownIt): void {
  md.block.ruler.before("reference", "footnote_definition", readDefinition, { alt: ["paragraph", "reference"] });
  md.inline.ruler.before("link", "footnote_ref", readReference);
  md.core.ruler.after("inline", "footnotes", moveNotes);
}

/** The names of the notes of a text, which are all known before its references are read. */
const definedNames = new WeakMap<object, Set<string>>();

function readDefinition(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  const indent = state.sCount[startLine] ?? 0;
  // Inside another block it only ends that block, as the next note ends the one before.
  const isWithin = state.level > 0 && !(silent && indent < state.blkIndent);
  if (isWithin || !state.src.startsWith("[^", start) || indent >= 4) return false;
  const definition = /\[\^([^\s[\]^]{1,100})\]:[ \t]*/y;
  definition.lastIndex = start;
  const name = definition.exec(state.src)?.[1];
  if (name === undefined) return false;
  if (silent) return true;
  const names = definedNames.get(state.env) ?? new Set();
  definedNames.set(state.env, names.add(name));

  state.push("footnote_definition_open", "", 1).meta = { name };
  const { blkIndent } = state;
  // The first line of the note begins behind its name, and counts as indented like the next ones.
  state.blkIndent += 4;
  state.bMarks[startLine] = Math.min(definition.lastIndex, state.eMarks[startLine] ?? 0);
  state.tShift[startLine] = 0;
  state.sCount[startLine] = state.blkIndent;
  state.md.block.tokenize(state, startLine, endLine);
  state.blkIndent = blkIndent;
  state.push("footnote_definition_close", "", -1);
  return true;
}

function readReference(state: StateInline, silent: boolean): boolean {
  if (!state.src.startsWith("[^", state.pos)) return false;
  const reference = /\[\^([^\s[\]^]{1,100})\]/y;
  reference.lastIndex = state.pos;
  const name = reference.exec(state.src)?.[1];
  if (name === undefined || reference.lastIndex > state.posMax) return false;
  if (definedNames.get(state.env)?.has(name) !== true) return false;
  if (!silent) state.push("footnote_ref", "", 0).meta = { name };
  state.pos = reference.lastIndex;
  return true;
}

type Note = { readonly number: number; readonly tokens: readonly Token[]; references: number };

function moveNotes(state: StateCore): void {
  const { text, definitions } = takeDefinitions(state.tokens);
  const notes = new Map<string, Note>();
  numberReferences(text, definitions, notes);
  // A map goes on to what is added meanwhile: notes that notes refer to.
  for (const { tokens } of notes.values()) numberReferences(tokens, definitions, notes);
  state.tokens = text;
  if (notes.size === 0) return;
  text.push(new state.Token("footnote_block_open", "", 1));
  for (const note of notes.values()) appendNote(state, note);
  text.push(new state.Token("footnote_block_close", "", -1));
}

function takeDefinitions(tokens: readonly Token[]) {
  const text: Token[] = [];
  const definitions = new Map<string, Token[]>();
  let target = text;
  for (const token of tokens) {
    if (token.type === "footnote_definition_open") {
      const name = String(token.meta?.["name"]);
      target = [];
      // Of two notes with one name the first is meant, as with Markdown's links.
      if (!definitions.has(name)) definitions.set(name, target);
    } else if (token.type === "footnote_definition_close") target = text;
    else target.push(token);
  }
  return { text, definitions };
}

function numberReferences(
  tokens: readonly Token[],
  definitions: ReadonlyMap<string, readonly Token[]>,
  notes: Map<string, Note>,
): void {
  for (const reference of tokens.flatMap((token) => token.children ?? [])) {
    if (reference.type !== "footnote_ref") continue;
    const name = String(reference.meta?.["name"]);
    const note = notes.get(name) ?? { number: notes.size + 1, tokens: definitions.get(name) ?? [], references: 0 };
    notes.set(name, note);
    reference.meta = { number: note.number, repetition: note.references++ };
  }
}

/** The note with a way back for each reference, in its last paragraph if it ends with one. */
function appendNote(state: StateCore, { number, tokens, references }: Note): void {
  const open = new state.Token("footnote_open", "", 1);
  open.meta = { number };
  state.tokens.push(open);
  const last = tokens.at(-1)?.type === "paragraph_close" ? tokens.at(-1) : undefined;
  for (const token of tokens) if (token !== last) state.tokens.push(token);
  for (let repetition = 0; repetition < references; repetition++) {
    const anchor = new state.Token("footnote_anchor", "", 0);
    anchor.meta = { number, repetition };
    state.tokens.push(anchor);
  }
  if (last !== undefined) state.tokens.push(last);
  state.tokens.push(new state.Token("footnote_close", "", -1));
}
