"""What a server may send to a client, by the capabilities that the client offered."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# The capability without which a request must not be sent; "" is one that needs none.
_REQUESTS = {
    "client/registerCapability": "",  # each registration has a capability of its own
    "client/unregisterCapability": "",
    "window/showDocument": "window.showDocument.support",
    "window/showMessageRequest": "",
    "window/workDoneProgress/create": "window.workDoneProgress",
    "workspace/applyEdit": "workspace.applyEdit",
    "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
    "workspace/configuration": "workspace.configuration",
    "workspace/diagnostic/refresh": "workspace.diagnostics.refreshSupport",
    "workspace/foldingRange/refresh": "workspace.foldingRange.refreshSupport",
    "workspace/inlayHint/refresh": "workspace.inlayHint.refreshSupport",
    "workspace/inlineValue/refresh": "workspace.inlineValue.refreshSupport",
    "workspace/semanticTokens/refresh": "workspace.semanticTokens.refreshSupport",
    "workspace/workspaceFolders": "workspace.workspaceFolders",
}

# Where a method's capability has another name than the method.
_FAMILIES = {
    "notebookDocument/sync": "notebookDocument.synchronization",
    "textDocument/documentColor": "textDocument.colorProvider",
    "textDocument/prepareCallHierarchy": "textDocument.callHierarchy",
    "textDocument/prepareTypeHierarchy": "textDocument.typeHierarchy",
    "workspace/didChangeWorkspaceFolders": "workspace.workspaceFolders",
}
_SYNCHRONIZATION = ("didOpen", "didChange", "didClose", "didSave", "willSave", "willSaveWaitUntil")
_FILE_OPERATIONS = ("CreateFiles", "RenameFiles", "DeleteFiles")


def branch(tree: Any, path: str) -> Any:
    """What is at a dotted `path` of a tree of tables; None where a branch is missing."""
    for name in path.split("."):
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def refused(capabilities: Json, method: str, params: Any) -> str | None:
    """Why the server must not send this request; None where it may."""
    needed = _REQUESTS.get(method)
    if needed is None:
        return f"`{method}` is no request that a server sends"
    if needed and not branch(capabilities, needed):
        return f"`{method}` needs `{needed}`, which was not offered"
    if method == "client/registerCapability":
        return _refused_registration(capabilities, params)
    if method == "workspace/applyEdit":
        return _refused_edit(capabilities, params["edit"])
    return None


def _refused_registration(capabilities: Json, params: Json) -> str | None:
    for registration in params["registrations"]:
        needed = f"{_family(registration['method'])}.dynamicRegistration"
        if not branch(capabilities, needed):
            return f"registering `{registration['method']}` needs `{needed}`, which was not offered"
    return None


def _family(method: str) -> str:
    """Where the capabilities speak of `method`."""
    _, _, name = method.partition("/")
    if method.startswith("textDocument/") and name in _SYNCHRONIZATION:
        return "textDocument.synchronization"
    if name.removeprefix("will").removeprefix("did") in _FILE_OPERATIONS:
        return "workspace.fileOperations"
    return _FAMILIES.get(method, method.replace("/", "."))


def _refused_edit(capabilities: Json, edit: Json) -> str | None:
    changes = edit.get("documentChanges")
    if changes is None:
        return None
    if not branch(capabilities, "workspace.workspaceEdit.documentChanges"):
        return "`documentChanges` were not offered"
    operations = branch(capabilities, "workspace.workspaceEdit.resourceOperations") or []
    for change in changes:
        if "kind" in change and change["kind"] not in operations:
            return f"an edit that is to {change['kind']} a file was not offered"
    return None
