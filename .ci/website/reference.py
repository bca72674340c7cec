"""What exported cells define, read from their text: nothing is imported and nothing is executed."""
import ast
import io
import re
import tokenize
from dataclasses import dataclass, field


@dataclass
class Parameter:
    "A parameter, a field of a dataclass, or what a function returns"
    name: str
    kind: str = ""      # The annotation
    default: str = ""
    note: str = ""      # The comment beside it


@dataclass
class Symbol:
    "Something public that a module defines"
    name: str
    kind: str                 # "function", "class", "exception", "method", "property" or "data"
    signature: str = ""       # Without annotations where a table has them
    doc: str = ""
    parameters: list = field(default_factory=list)
    source: str = ""
    bases: str = ""
    members: list = field(default_factory=list)   # Methods and properties


@dataclass
class Chunk:
    "A piece of an exported cell: one public definition, or the lines between two of them"
    source: str
    symbols: list      # One function or class; or the constants that the lines set
    private: list      # Names of the helpers in it
    is_imports: bool = False


def comments_of(source: str) -> tuple[dict, dict]:
    "Comments by line, with their column: those that stand beside code, and those that stand alone"
    beside, alone = {}, {}
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT: continue
        row = token.start[0]
        is_alone = not lines[row - 1][:token.start[1]].strip()
        (alone if is_alone else beside)[row] = (token.start[1], token.string.lstrip("#").strip())
    return beside, alone


def note_at(row: int, comments: tuple[dict, dict], above: bool = False) -> str:
    "The comment of a line: beside it and in the same column under it; or, if asked for, above it"
    beside, alone = comments
    if row in beside:
        column, text = beside[row]
        parts = [text]
        while alone.get(row + 1, (None,))[0] == column:
            row += 1
            parts.append(alone[row][1])
        return " ".join(parts)
    parts = []
    while above and row - 1 in alone:
        row -= 1
        parts.insert(0, alone[row][1])
    return " ".join(parts)


def text_of(node) -> str: return ast.unparse(node) if node is not None else ""


def arguments_of(node: ast.FunctionDef, comments: tuple) -> list[Parameter]:
    "A function's parameters in their order, stars among their names, then what it returns"
    args = node.args
    plain = args.posonlyargs + args.args
    defaults = [None]*(len(plain) - len(args.defaults)) + args.defaults
    listed = [("", a, d) for a, d in zip(plain, defaults)]
    if args.vararg: listed.append(("*", args.vararg, None))
    listed += [("", a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg: listed.append(("**", args.kwarg, None))
    rows = [max(a.end_lineno, d.end_lineno if d else 0) for _, a, d in listed]
    own_rows = {row for row in rows if row != last_row(node)}
    found = []
    for (stars, arg, default), row in zip(listed, rows):
        if arg.arg in ("self", "cls"): continue
        note = note_at(row, comments, above=True) if row in own_rows and rows.count(row) == 1 else ""
        found.append(Parameter(stars + arg.arg, text_of(arg.annotation), text_of(default), note))
    returned = note_at(last_row(node), comments)
    if node.returns is not None or returned:
        found.append(Parameter("returns", text_of(node.returns), "", returned))
    return found


def last_row(node: ast.FunctionDef) -> int:
    "The line on which a function's head ends"
    if node.returns is not None: return node.returns.end_lineno
    ends = [a.end_lineno for a in ast.walk(node.args) if hasattr(a, "end_lineno")]
    return max(ends) + 1 if ends and max(ends) > node.lineno else node.lineno   # A bracket on a line of its own


def without_annotations(args: ast.arguments) -> ast.arguments:
    "The same parameters as names and defaults alone"
    bare = ast.parse(f"def f({ast.unparse(args)}): pass").body[0].args
    for arg in ast.walk(bare):
        if isinstance(arg, ast.arg): arg.annotation = None
    bare.posonlyargs = [a for a in bare.posonlyargs if a.arg not in ("self", "cls")]
    bare.args = [a for a in bare.args if a.arg not in ("self", "cls")]
    return bare


def has_table(parameters: list) -> bool: return any(p.note for p in parameters)


def signature_of(node: ast.FunctionDef, parameters: list) -> str:
    "`(a, b=1)` where a table says the types, else with them"
    if has_table(parameters): return f"({ast.unparse(without_annotations(node.args))})"
    shown = [f"{p.name}{': ' + p.kind if p.kind else ''}{' = ' + p.default if p.default else ''}"
             for p in parameters if p.name != "returns"]
    arrow = f" -> {text_of(node.returns)}" if node.returns is not None else ""
    return f"({', '.join(shown)}){arrow}"


def decorators_of(node) -> list[str]: return [text_of(d).partition("(")[0] for d in node.decorator_list]


def function_of(node: ast.FunctionDef, source: str, comments: tuple, kind: str = "function") -> Symbol:
    "What a reader wants to know of a function"
    parameters = arguments_of(node, comments)
    if any("property" in d for d in decorators_of(node)): kind = "property"
    signature = "" if kind == "property" else signature_of(node, parameters)
    doc = ast.get_docstring(node) or ""
    return Symbol(node.name, kind, signature, doc, parameters, source)


def fields_of(node: ast.ClassDef, comments: tuple) -> list[Parameter]:
    "The fields of a class, with the comments beside them"
    lines = [n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
    return [Parameter(n.target.id, text_of(n.annotation), text_of(n.value), note_at(n.end_lineno, comments))
            for n in lines if not n.target.id.startswith("_")]


def class_of(node: ast.ClassDef, source: str, comments: tuple) -> Symbol:
    "What a reader wants to know of a class: how it is made, and what it can do"
    functions = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    parameters = fields_of(node, comments)
    names = [p.name + (f"={p.default}" if p.default and len(p.default) < 20 else "") for p in parameters]
    signature = f"({', '.join(names)})" if names else ""
    if "__init__" in functions:
        parameters = [p for p in arguments_of(functions["__init__"], comments) if p.name != "returns"]
        signature = signature_of(functions["__init__"], parameters)
    public = [f for name, f in functions.items() if not name.startswith("_") or name == "__call__"]
    members = [function_of(f, "", comments, "method") for f in public]
    bases = [text_of(b) for b in node.bases]
    kind = "exception" if any(b.endswith(("Error", "Exception")) for b in bases) else "class"
    doc = ast.get_docstring(node) or ""
    return Symbol(node.name, kind, signature, doc, parameters, source, ", ".join(bases), members)


def constants_of(node: ast.stmt) -> list[Symbol]:
    "The public names that an assignment at the top sets"
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    names = [n.id for t in targets if t is not None for n in ast.walk(t)
             if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return [Symbol(name, "data") for name in names if not name.startswith("_")]


def is_public(node) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")


def start_of(node: ast.stmt, alone: dict) -> int:
    "The first line of a statement, with its decorators and the comment above"
    row = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    while row - 1 in alone: row -= 1
    return row


def chunks_of(source: str) -> list[Chunk]:
    "An exported cell, divided at its public definitions"
    body = ast.parse(source).body
    comments = comments_of(source)
    lines = source.splitlines()
    starts = [start_of(node, comments[1]) for node in body]
    parts = []
    for node, start, end in zip(body, starts, [*starts[1:], len(lines) + 1]):
        joins = parts and not is_public(node) and not is_public(parts[-1][0][-1])
        if joins: parts[-1][0].append(node); parts[-1][2] = end
        else: parts.append([[node], start, end])
    return [chunk_of(nodes, "\n".join(lines[start - 1:end - 1]).strip("\n"), comments) for nodes, start, end in parts]


def chunk_of(nodes: list, source: str, comments: tuple) -> Chunk:
    "One public definition, or what stands between two"
    first = nodes[0]
    if is_public(first):
        read = class_of if isinstance(first, ast.ClassDef) else function_of
        return Chunk(source, [read(first, source, comments)], [])
    private = [n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    constants = [c for n in nodes if isinstance(n, (ast.Assign, ast.AnnAssign)) for c in constants_of(n)]
    is_imports = all(isinstance(n, (ast.Import, ast.ImportFrom)) for n in nodes)
    return Chunk(source, constants, private, is_imports)


def parameter_cell(source: str) -> list[Parameter]:
    "The parameters of a run notebook"
    comments = comments_of(source)
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.AnnAssign): continue
        kind = text_of(node.annotation).strip("'\"").replace(", ", " or ")
        note = re.sub(r"^@param ?(\[[^\]]*\])? ?(\{[^}]*\})?[ #]*", "", note_at(node.end_lineno, comments))
        found.append(Parameter(node.target.id, kind, text_of(node.value), note))
    return found
