"""Reads the notebooks: which page each becomes, what it exports, what its cells are for. Executes nothing."""
import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from reference import Chunk, chunks_of, parameter_cell

ROOT = Path(__file__).resolve().parents[2]
NBS = ROOT/"nbs"
RUN_NOTEBOOKS = ("prepare", "train", "evaluate", "detect", "mend", "compare", "study", "reproduce")   # The order of use; others follow


@dataclass
class Page:
    "A notebook, and the page that it becomes"
    name: str                  # As `api/measure/metrics`
    path: Path
    cells: list
    module: str = ""           # As `agropest.measure.metrics`, if it exports one
    chunks: dict = field(default_factory=dict)   # Number of an exported cell → its chunks

    @property
    def title(self) -> str: return re.search(r"^# (.+)$", self.cells[0].source, re.M)[1]
    @property
    def tagline(self) -> str:
        line = re.search(r"^> (.+)$", self.cells[0].source, re.M)
        return line[1] if line else ""
    @property
    def symbols(self) -> list: return [s for chunks in self.chunks.values() for c in chunks for s in c.symbols]
    @property
    def section(self) -> str: return self.name.partition("/")[0] if "/" in self.name else ""
    @property
    def wing(self) -> str: return self.name.split("/")[1] if self.name.startswith("api/") else ""
    @property
    def parameters(self) -> list:
        return [p for c in self.cells if "parameters" in c.metadata.get("tags", []) for p in parameter_cell(c.source)]


def page_name(path: Path) -> str:
    "`nbs/api/measure/00_metrics.ipynb` → `api/measure/metrics`; a package's door → its folder's index"
    parts = path.relative_to(NBS).with_suffix("").parts
    name = re.sub(r"^\d+\w?_", "", parts[-1])
    if parts[0] == "api" and name == "init": name = "index" if len(parts) > 2 else "agropest"
    return "/".join([*parts[:-1], name])


def directives(source: str) -> set: return set(re.findall(r"^#\| *(\S+?):?(?: .*)?$", source, re.M))


def without_directives(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if not line.startswith("#|")).strip("\n")


def is_hidden(cell) -> bool:
    return cell.cell_type == "code" and bool(directives(cell.source) & {"hide", "default_exp"})


def module_of(cells: list) -> str:
    "The module that `default_exp` names"
    found = re.search(r"^#\| *default_exp (\S+)", "\n".join(c.source for c in cells), re.M)
    return "agropest." + found[1].removesuffix("__init__").rstrip(".") if found else ""


def exported_chunks(cells: list) -> dict[int, list[Chunk]]:
    exported = {k: c for k, c in enumerate(cells) if c.cell_type == "code" and "export" in directives(c.source)}
    return {k: chunks_of(without_directives(c.source)) for k, c in exported.items()}


def read_page(path: Path) -> Page:
    cells = nbformat.read(path, as_version=4).cells
    module = module_of(cells).rstrip(".")
    return Page(page_name(path), path, [c for c in cells], module, exported_chunks(cells) if module else {})


def read_pages() -> dict[str, Page]:
    "Every notebook, in the order of its file name within its folder"
    paths = [p for p in NBS.rglob("*.ipynb") if not any(x.startswith((".", "_")) for x in p.relative_to(NBS).parts)]
    names = {page_name(p): p for p in sorted(paths, key=lambda p: p.as_posix())}
    return {name: read_page(path) for name, path in names.items()}


def is_imports(source: str) -> bool:
    "Does a cell import and do nothing else?"
    lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
    try: body = ast.parse("\n".join(lines)).body
    except SyntaxError: return False
    return bool(body) and all(isinstance(n, (ast.Import, ast.ImportFrom)) for n in body)


def imported_names(page: Page) -> dict[str, str]:
    "Name in a notebook's code → what it is in the package: `experiment` → `agropest.lab.experiment`"
    found = {s.name: f"{page.module}.{s.name}" for s in page.symbols}
    for cell in page.cells:
        if cell.cell_type != "code": continue
        try: tree = ast.parse("\n".join(x for x in cell.source.split("\n") if not x.lstrip().startswith(("%", "!"))))
        except SyntaxError: continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("agropest"): continue
            for alias in node.names: found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found
