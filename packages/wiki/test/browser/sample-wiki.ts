import type { OpenWiki } from "../../src/compose.ts";
import { currentUserId, type UserId } from "../../src/domain/current-user.ts";

const SOURDOUGH = `Bread from flour, water and salt, raised by a [[bread/starter|starter]] instead of bought yeast. It takes a day, and
hardly any work.

\`\`\`nomnoml
#direction: right
[Feed] -> [Mix]
[Mix] -> [Fold]
[Fold] -> [Shape]
[Shape] -> [Bake]
\`\`\`

## Ingredients

| What | Grams | Share of the flour |
|---|--:|--:|
| Wheat flour | 450 | 90 % |
| Rye flour | 50 | 10 % |
| Water | 350 | 70 % |
| Starter | 100 | 20 % |
| Salt | 10 | 2 % |

## The day before

- [x] Feed the starter in the morning
- [x] Mix flour and water, and wait for an hour
- [ ] Add starter and salt, and fold four times

## Baking

Heat the oven to 250 °C with a pot inside. Bake for 25 minutes with the lid on, then for 20 minutes without.[^1]

[^1]: See [[bread/oven|our oven]]: it is hotter at the back.
`;

const OTHERS: readonly {
  readonly slug: string;
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
}[] = [
  { slug: "home", title: "Home", body: "What we know about bread. Begin with [[bread/sourdough]].\n", tags: [] },
  { slug: "bread", title: "Bread", body: "All our loaves: [[bread/sourdough]], [[bread/rye]].\n", tags: ["bread"] },
  {
    slug: "bread/starter",
    title: "Starter",
    body: "A starter is flour and water in which wild yeast lives. Feed a starter every day when it stands in the warm, once a week in the fridge.\n\nUse it for [[bread/sourdough]].\n",
    tags: ["basics", "starter"],
  },
  {
    slug: "bread/rye",
    title: "Rye bread",
    body: "Half of the rye goes into the starter on the evening before; see [[bread/sourdough]] for the rest.\n",
    tags: ["bread", "rye"],
  },
  {
    slug: "bread/oven",
    title: "Our oven",
    body: "It is hotter at the back. A full starter jar on its top is ready in four hours.\n",
    tags: ["kitchen"],
  },
  { slug: "cakes", title: "Cakes", body: "Without a starter, for once.\n", tags: ["sweet"] },
  {
    slug: "kitchen/flour",
    title: "Flour",
    body: "Wheat for white loaves, rye for the starter.\n",
    tags: ["basics", "kitchen"],
  },
];

/** Writes a small wiki of some people, of whom one is to look at it. */
export async function writeSampleWiki({ wiki, people, readModels }: OpenWiki): Promise<UserId> {
  const person = async (name: string) => {
    const identity = { name, email: `${name.toLowerCase()}@bakery.example` };
    return (await people.ensure([identity]))(identity);
  };
  const [ana, ben, chidi] = [await person("Ana"), await person("Ben"), await person("Chidi")];
  const slug = "bread/sourdough";
  const [beforeBaking = ""] = SOURDOUGH.split("## Baking");
  const first = beforeBaking.replace("| Water | 350 | 70 % |", "| Water | 325 | 65 % |");
  const second = `${first}## Baking\n\nHeat the oven to 230 °C. Bake for 45 minutes.\n`;
  await currentUserId.run(ana, async () => {
    for (const page of OTHERS) await wiki.createPage(page);
    await wiki.createPage({ slug, title: "Sourdough", body: first }, { summary: "from the notebook" });
  });
  await currentUserId.run(ben, async () => {
    await wiki.updateBody(slug, second, { summary: "how to bake it" });
    await wiki.updateTags(slug, ["bread", "starter"]);
  });
  await currentUserId.run(chidi, async () => {
    await wiki.updateBody(slug, second.replace("| Water | 325 | 65 % |", "| Water | 350 | 70 % |"), {
      summary: "wetter",
    });
  });
  await currentUserId.run(ana, () => wiki.updateBody(slug, SOURDOUGH, { summary: "in a pot, for the crust" }));
  await readModels.waitFor(await wiki.events.recorder.head());
  return ana;
}
