"""Where names lead: from code in prose, and between notebooks, to pages and anchors."""
import builtins
import os.path
import re
from collections import defaultdict

from notebooks import imported_names, page_name

CODE = re.compile(r"(?<![`\[\\])`([^`\n]+)`(?![`\]])")
LINK = re.compile(r"(!?\[[^\]]*\]\([^)]*\))")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
NOTEBOOK = re.compile(r"\]\((?!https?:|#|mailto:)([^)\s]+?\.ipynb)(#[^)\s]*)?\)")


class Names:
    "Every public name of the package, and the place where it is described"
    def __init__(self, pages: dict):
        self.pages = pages
        self.modules = {p.module: p.name for p in pages.values() if p.module}
        self.full, self.bare = {}, defaultdict(list)   # agropest.x.y → page; y → [agropest.x.y]
        for page in pages.values():
            for s in page.symbols: self.add(page, s.name)
            for s in page.symbols:
                for m in s.members: self.full[f"{page.module}.{s.name}.{m.name}"] = page.name
        words = {p.name for page in pages.values() for p in page.parameters}
        self.plain_words = words | set(dir(builtins))
        self.imported = {page.name: set(imported_names(page)) for page in pages.values()}

    def add(self, page, name: str) -> None:
        self.full[f"{page.module}.{name}"] = page.name
        self.bare[name].append(f"{page.module}.{name}")

    def named(self, text: str, page) -> str:
        "What code in a page's prose names; a plain word does only where the page's own code has it"
        is_plain = re.fullmatch(r"[a-z]+", text) and text not in self.imported[page.name]
        return "" if is_plain else self.find(text, page.module)

    def find(self, text: str, module: str = "") -> str:
        "The full name of what a piece of code names, or nothing"
        name = re.sub(r"\(.*\)$", "", text, flags=re.S)
        if not re.fullmatch(r"[A-Za-z_][\w.]*", name): return ""
        for full in (name, f"{module}.{name}", f"agropest.{name}"):
            if full in self.full or ("." in name and full in self.modules): return full
        head, _, tail = name.rpartition(".")
        if head:
            ends = [f for f in self.bare.get(tail, []) if f.endswith("." + name) or head in ("agropest.data", "agropest.runs")]
            if not ends and head in self.bare: return self.find(f"{self.bare[head][0]}.{tail}") if len(self.bare[head]) == 1 else ""
            return ends[0] if len(ends) == 1 else ""
        found = self.bare.get(name, [])
        is_told = len(found) == 1 and (name not in self.plain_words or text.endswith(")"))
        return found[0] if is_told else ""

    def resolve(self, full: str) -> str:
        "A name as it is imported → the full name: `agropest.data.read_dataset` stands in `agropest.data.reading`"
        if full in self.full or full in self.modules: return full
        name = full.rpartition(".")[2]
        return self.bare[name][0] if len(self.bare.get(name, [])) == 1 else ""

    def address(self, full: str) -> str:
        "The page and the anchor of a full name"
        if full in self.modules: return f"{self.modules[full]}.html"
        return f"{self.full[full]}.html#{full}"


def relative(target: str, page: str) -> str:
    "The way from one page to another"
    return os.path.relpath(target, os.path.dirname(page) or ".")


def linked_code(text: str, names: Names, page) -> str:
    "Code in a line of prose, as a link where it names something of the package or a run notebook"
    def link(match):
        code = match[1]
        if code.endswith(".ipynb") and code[:-6] in names.pages:
            return f"[`{code}`]({relative(code[:-6], page.name)}.md)"
        full = names.named(code, page)
        if not full: return match[0]
        role = "py:mod" if full in names.modules else "py:obj"
        return f"{{{role}}}`{code} <{full}>`"
    parts = LINK.split(text)   # Every second part is a link already
    return "".join(part if k % 2 else CODE.sub(link, part) for k, part in enumerate(parts))


def outside_fences(text: str, change) -> str:
    "A change made to prose, not to the code blocks in it"
    parts, last = [], 0
    for fence in FENCE.finditer(text):
        parts += [change(text[last:fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, change(text[last:])])


def linked_notebooks(text: str, names: Names, page) -> str:
    "Links to notebooks as links to their pages"
    def link(match):
        target = (page.path.parent/match[1]).resolve()
        return f"]({relative(page_name(target), page.name)}.md{match[2] or ''})"
    return NOTEBOOK.sub(link, text)
