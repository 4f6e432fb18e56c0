// Starts the language server and shows what it says; everything it can do is the server's own.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { SETTINGS_OF_COMPANIONS } from "./company";
import { findServer } from "./server";
import { companion, settingsTable } from "./settings";

const RESTART = "jedimind.restart";
// Of a notebook, the cells.
const SCHEMES = ["file", "untitled", "vscode-notebook-cell"];

let client: LanguageClient | undefined;
// The other extension that the server's settings were made for.
let company: string | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("jedimind", { log: true });
  context.subscriptions.push(
    output,
    // The only way to start, so that every cause of one is treated alike.
    vscode.commands.registerCommand(RESTART, () => restart(context, output)),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("jedimind.path")) {
        await vscode.commands.executeCommand(RESTART);
      }
      if (SETTINGS_OF_COMPANIONS.some((setting) => event.affectsConfiguration(setting))) {
        await heedCompany(output);
      }
    }),
    vscode.extensions.onDidChange(() => heedCompany(output)),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      if (client?.needsStop()) {
        await client.start(); // it may still be starting, without the trust
        await client.sendRequest("workspace/executeCommand", {
          command: "jedimind.trustWorkspace",
          arguments: [{}],
        });
      }
    }),
  );
  await vscode.commands.executeCommand(RESTART);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
): Promise<void> {
  // One that failed to start has nothing to stop.
  if (client?.needsStop()) {
    await client.stop();
  }
  client = undefined;
  try {
    client = await createClient(context, output);
    await client.start();
  } catch (error) {
    await complain(error instanceof Error ? error.message : String(error));
  }
}

/** Has the server ask for its settings again after another extension came or went. */
async function heedCompany(output: vscode.LogOutputChannel): Promise<void> {
  if (client?.isRunning() && companion() !== company) {
    noteCompany(output);
    await client.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }
}

function noteCompany(output: vscode.LogOutputChannel): void {
  company = companion();
  if (company !== undefined) {
    output.info(
      `${company} is at work, so language intelligence stays with it, ` +
        "unless the setting jedimind.features.language says otherwise",
    );
  }
}

async function createClient(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
): Promise<LanguageClient> {
  const setting = vscode.workspace.getConfiguration("jedimind").get<string>("path");
  const command = await findServer(setting, process.env);
  output.info(`The server is ${command}`);
  noteCompany(output);
  const options: LanguageClientOptions = {
    documentSelector: SCHEMES.map((scheme) => ({ scheme, language: "python" })),
    outputChannel: output,
    initializationOptions: {
      ...settingsTable(context.extension),
      trusted: vscode.workspace.isTrusted,
    },
    middleware: {
      workspace: {
        configuration: (params) => params.items.map(() => settingsTable(context.extension)),
      },
      window: {
        // The server shows explanations, which are to be read beside the code.
        showDocument: async (params, token, next) => {
          if (params.external || !params.uri.endsWith(".md")) {
            return next(params, token);
          }
          const uri = vscode.Uri.parse(params.uri);
          await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
          return { success: true };
        },
      },
    },
  };
  return new LanguageClient("jedimind", "jedimind", { command, args: ["serve"] }, options);
}

async function complain(message: string): Promise<void> {
  const settings = "Open Settings";
  const chosen = await vscode.window.showErrorMessage(message, settings, "Try Again");
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "jedimind.path");
  } else if (chosen !== undefined) {
    await vscode.commands.executeCommand(RESTART);
  }
}
