// `npm run docs` makes the API reference from the doc comments, in docs/api. TypeDoc needs a TypeScript below 7: that is
// why this folder is a workspace of its own.
import { join } from "node:path";
import { Application, Logger, LogLevel, type ProjectReflection, ReflectionKind } from "typedoc";
import { LIBRARY, ROOT, readDoors } from "../library.ts";

/** What the reference shows: the names of what each module exports. */
export type Shown = { readonly [module: string]: readonly string[] };

/** What the reference is about. */
export interface Subject {
  readonly modules: readonly string[];
  readonly tsconfig: string;
}

const DOORS: Subject = {
  modules: readDoors().map(({ source }) => join(LIBRARY, source)),
  tsconfig: join(import.meta.dirname, "tsconfig.json"),
};

// Parts of exported types that nobody has to name, and whose names would say nothing.
const NOT_EXPORTED = ["EventOf", "Flat", "GivenHeaders", "OpenOptions", "OptionalField", "Output", "ShapeOf"];

/** Makes the pages, and answers what they show. Rejects where TypeDoc warns: of a link, say, that leads nowhere. */
export async function generateApiReference(folder: string, { modules, tsconfig }: Subject = DOORS): Promise<Shown> {
  const app = await Application.bootstrap({
    name: "@palimpsest/eventsourcing",
    entryPoints: [...modules],
    tsconfig,
    readme: "none",
    // There is no public repository yet that a page could link to.
    disableSources: true,
    excludePrivate: true,
    hideGenerator: true,
    // That exports have comments, tools/documented-exports.test.ts sees: TypeDoc would want them on each method too.
    validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: false },
    intentionallyNotExported: NOT_EXPORTED,
  });
  const warnings = new Warnings();
  app.logger = warnings;
  const project = await app.convert();
  if (!project) throw new Error(`there is no reference:\n${warnings.list.join("\n")}`);
  const shown = nameModules(project);
  app.validate(project);
  await app.generateDocs(project, folder);
  if (warnings.list.length > 0) throw new Error(`the reference is not right:\n${warnings.list.join("\n")}`);
  return shown;
}

class Warnings extends Logger {
  readonly list: string[] = [];

  override log(message: string, level: LogLevel): void {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.list.push(message);
  }
}

/** Gives each module the name under which it is imported. */
function nameModules(project: ProjectReflection): Shown {
  return Object.fromEntries(
    project.getChildrenByKind(ReflectionKind.Module).map((module) => {
      module.name = readDoors().find(({ source }) => source === `./src/${module.name}.ts`)?.name ?? module.name;
      return [module.name, (module.children ?? []).map(({ name }) => name)];
    }),
  );
}

if (import.meta.main) {
  const folder = join(ROOT, "docs/api");
  await generateApiReference(folder);
  console.log(`made ${join(folder, "index.html")}`);
}
