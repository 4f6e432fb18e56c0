// Who else brings language intelligence for Python, so that nothing is shown twice.

export type Table = Record<string, Record<string, unknown>>;

interface Companion {
  /** The extension, as the marketplace knows it. */
  id: string;
  name: string;
  /** The setting that makes it work or not. */
  setting: string;
  isOffFor: (value: unknown) => boolean;
}

const COMPANIONS: Companion[] = [
  {
    id: "ms-python.vscode-pylance",
    name: "Pylance",
    setting: "python.languageServer",
    isOffFor: (value) => ["None", "Jedi", "JediLSP"].includes(String(value)),
  },
  {
    id: "detachhead.basedpyright",
    name: "basedpyright",
    setting: "basedpyright.disableLanguageServices",
    isOffFor: (value) => value === true,
  },
  {
    id: "ms-pyright.pyright",
    name: "Pyright",
    setting: "pyright.disableLanguageServices",
    isOffFor: (value) => value === true,
  },
];

/** The settings that say whether a companion works. */
export const SETTINGS_OF_COMPANIONS = COMPANIONS.map((companion) => companion.setting);

/** The name of the first companion that is enabled and was not told to leave this to others. */
export function activeCompanion(
  isEnabled: (id: string) => boolean,
  settingOf: (key: string) => unknown,
): string | undefined {
  return COMPANIONS.find(
    ({ id, setting, isOffFor }) => isEnabled(id) && !isOffFor(settingOf(setting)),
  )?.name;
}

/** `table` without language intelligence if `companion` has it, unless the user decided. */
export function besideCompanion(table: Table, companion: string | undefined): Table {
  if (companion === undefined) {
    return table;
  }
  return { ...table, features: { language: false, ...table["features"] } };
}
