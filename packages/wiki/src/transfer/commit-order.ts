/** A commit as far as its place in the history goes. */
export interface CommitNode<Id extends string = string> {
  readonly id: Id;
  readonly parents: readonly Id[];
}

/** A commit in its turn. */
export interface OrderedCommit<Id extends string = string> {
  readonly id: Id;
  /** What its edit is compared with; undefined for the whole of it, where nothing was before. */
  readonly base: Id | undefined;
  /** On the main line everything is, after it, as its tree has it. Commits beside it wait for their merge. */
  readonly main: boolean;
}

/**
 * The order in which commits are replayed: the main line, and before each merge what it brought in from the side, each
 * branch by the same rule. The main line is that of first parents; where `from` is given, it is the one that leads to it,
 * and `nodes` are the commits since. Answers undefined where the head does not descend from `from`.
 */
export function orderCommits<Id extends string>(
  nodes: readonly CommitNode<Id>[],
  head: Id,
  from: Id | null,
): readonly OrderedCommit<Id>[] | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const main = mainLine(byId, head, from ?? undefined);
  if (!main) return undefined;
  const ordered: OrderedCommit<Id>[] = [];
  const done = new Set<Id>();
  // Depth first, by hand: a history is deeper than the stack.
  const waiting: { readonly node: CommitNode<Id>; readonly parents: Id[] }[] = [];
  const enter = (id: Id) => {
    const node = byId.get(id);
    if (!node || done.has(id)) return;
    done.add(id);
    const base = main.get(id);
    waiting.push({ node, parents: base === undefined ? [...node.parents] : [base, ...node.parents] });
  };
  enter(head);
  for (let last = waiting.at(-1); last; last = waiting.at(-1)) {
    const parent = last.parents.shift();
    if (parent !== undefined) {
      enter(parent);
      continue;
    }
    waiting.pop();
    const { id, parents } = last.node;
    ordered.push({ id, base: main.get(id) ?? parents[0], main: main.has(id) });
  }
  return ordered;
}

/** The commits of the main line, each with the parent that it goes on to. */
function mainLine<Id extends string>(
  byId: ReadonlyMap<Id, CommitNode<Id>>,
  head: Id,
  from: Id | undefined,
): ReadonlyMap<Id, Id | undefined> | undefined {
  const line = new Map<Id, Id | undefined>();
  const leading = from === undefined ? undefined : descendants(byId, from);
  for (let node = byId.get(head); node; ) {
    const next = leading ? node.parents.find((id) => id === from || leading.has(id)) : node.parents[0];
    if (leading && next === undefined) return undefined;
    line.set(node.id, next);
    node = next === undefined ? undefined : byId.get(next);
  }
  return line;
}

function descendants<Id extends string>(byId: ReadonlyMap<Id, CommitNode<Id>>, from: Id): ReadonlySet<Id> {
  const found = new Set<Id>();
  // Parents come before their children.
  for (const { id, parents } of byId.values())
    if (parents.some((parent) => parent === from || found.has(parent))) found.add(id);
  return found;
}
