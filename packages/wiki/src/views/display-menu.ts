import { html, type View } from "./html.ts";
import { icon } from "./icons.ts";

interface Choice {
  /** As `data-…` of the document has it. */
  readonly name: string;
  readonly label: string;
  /** The one without a value holds where nothing was chosen. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

const CHOICES: readonly Choice[] = [
  {
    name: "theme",
    label: "Colours",
    options: [
      { value: "", label: "As the system" },
      { value: "light", label: "Light" },
      { value: "dark", label: "Dark" },
    ],
  },
  {
    name: "size",
    label: "Text",
    options: [
      { value: "small", label: "Small" },
      { value: "", label: "Normal" },
      { value: "large", label: "Large" },
    ],
  },
  {
    name: "width",
    label: "Width",
    options: [
      { value: "", label: "Normal" },
      { value: "wide", label: "Wide" },
    ],
  },
];

/** How pages look to one reader. The script `display` makes it work, and without scripts it is not shown. */
export function displayMenu(): View {
  return html`<details class="menu display-menu"><summary class="icon-button" aria-label="Display">${icon("display")}</summary>
<div class="choices">
${CHOICES.map(
  ({ name, label, options }) => html`<fieldset><legend>${label}</legend>
${options.map((option) => html`<label><input type="radio" name="${name}" value="${option.value}" autocomplete="off"${option.value === "" && html` checked`}> ${option.label}</label>\n`)}</fieldset>
`,
)}</div></details>`;
}
