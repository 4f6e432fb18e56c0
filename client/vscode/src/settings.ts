// The settings that the user made, as the table that the server reads.

import * as vscode from "vscode";

type Table = Record<string, Record<string, unknown>>;

/** The extension's own settings; the server does not know them. */
const OWN = ["jedimind.path"];

/**
 * What is set anywhere in VS Code. What is not set stays out, because the server would take a
 * default for the user's will and prefer it to `pyproject.toml` and the user's own file.
 */
export function settingsTable(extension: vscode.Extension<unknown>): Table {
  const declared: object = extension.packageJSON.contributes.configuration.properties;
  const configuration = vscode.workspace.getConfiguration();
  const table: Table = {};
  for (const key of Object.keys(declared)) {
    if (!OWN.includes(key) && isSet(configuration, key)) {
      const [, section, name] = key.split(".") as [string, string, string];
      (table[section] ??= {})[name] = configuration.get(key);
    }
  }
  return table;
}

function isSet(configuration: vscode.WorkspaceConfiguration, key: string): boolean {
  const found = configuration.inspect(key);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
}
