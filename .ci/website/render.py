"""Makes the text of a page (MyST Markdown) from a notebook, and its plain Markdown for readers that are programs."""
import base64
import html
import re

from links import linked_code, linked_notebooks, outside_fences
from notebooks import directives, is_hidden, is_imports, without_directives

FLAGS = {"slow": "slow, so it runs only when it is asked for", "long": "too long for every test run",
         "network": "needs the network", "gpu": "needs a GPU"}
PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}
ASIDE = 12   # Lines of code that an explanation shows; more of it is folded
WHOLE = 25   # Constants of so many lines are shown as they are; longer ones are folded


def fenced(content: str, info: str, options: dict = (), least: int = 3) -> str:
    "A block that nothing in its content can end"
    longest = max([least - 1, *(len(ticks) for ticks in re.findall(r"`{3,}", content))])
    fence = "`"*(longest + 1)
    lines = [f":{k}: {v}".rstrip() for k, v in dict(options).items()]
    is_apart = lines or content.startswith(":")   # Else it would be read as an option
    return "\n".join([fence + info, *lines, *([""] if is_apart else []), content, fence])


def python(source: str) -> str: return fenced(source, "{code-block} python")

def raw(content: str) -> str: return fenced(content, "{raw} html")

def folded(summary: str, content: str, kind: str) -> str:
    "Content under a line that opens it"
    return f"{raw(f'<details class={kind}><summary>{summary}</summary>')}\n\n{content}\n\n{raw('</details>')}"


BADGE = re.compile(r"\[!\[([^\]]*)\]\(https?:[^)]*\)\]\((https?:[^)]+)\)")   # A picture from elsewhere: here a link
TITLE = re.compile(r"# @title (.+?) *(?:\{[^}]*\})?\n")   # Of a cell that Colab shows as a form


class Renderer:
    "One page"
    def __init__(self, page, names, pictures):
        self.page, self.names, self.pictures = page, names, pictures   # `pictures`: folder for them
        self.heading, self.count = page.title, 0

    def text(self) -> str:
        "The whole page"
        return "\n\n".join([self.front_matter(), *filter(None, map(self.cell, range(len(self.page.cells))))]) + "\n"

    def front_matter(self) -> str:
        told = re.sub(r"[`*\[\]\"\\]", "", self.page.tagline or self.page.title)
        return f'---\nmyst:\n  html_meta:\n    description: "{told}"\n---'

    def cell(self, k: int) -> str:
        cell = self.page.cells[k]
        if cell.cell_type == "markdown": return self.prose(cell.source)
        if is_hidden(cell) or not cell.source.strip(): return ""
        if k in self.page.chunks: parts = [self.chunk(c) for c in self.page.chunks[k]]
        else: parts = [self.example(cell)]
        return "\n\n".join(filter(None, [*parts, *map(self.output, cell.outputs)]))

    def prose(self, source: str) -> str:
        found = re.findall(r"^#{1,6} (.+)$", source, re.M)
        if found: self.heading = re.sub(r"[`*]", "", found[-1])
        text = linked_notebooks(BADGE.sub(r"[\1](\2)", source), self.names, self.page)
        text = outside_fences(text, lambda part: self.link_lines(part))
        if self.page.module and source == self.page.cells[0].source:
            text += "\n\n" + fenced("", f"{{py:module}} {self.page.module}") + "\n\n" + self.contents()
        return text

    def link_lines(self, text: str) -> str:
        "Names in prose as links; those in headings stay as they are"
        lines = text.split("\n")
        return "\n".join(x if x.startswith("#") else linked_code(x, self.names, self.page) for x in lines)

    def contents(self) -> str:
        "What the module has, in one line"
        names = [s.name for s in self.page.symbols]
        links = " · ".join([f"`{self.page.module}`", *(f"{{py:obj}}`{n} <{self.page.module}.{n}>`" for n in names)])
        return f"::::{{container}} contents-line\n{links}\n::::"

    # Code that isn't exported

    def example(self, cell) -> str:
        source = without_directives(cell.source)
        if "parameters" in cell.metadata.get("tags", []): return self.parameter_table() + "\n\n" + folded("The cell that sets them", python(source), "setup")
        if "echo" in directives(cell.source) or not source.strip(): return ""
        if title := TITLE.match(source): return folded(title[1], python(source[title.end():]), "setup")
        is_aside = self.page.module or self.page.parameters   # Whoever follows a tutorial types them
        if is_aside and is_imports(source): return folded("Imports of the examples" if self.page.module else "Imports", python(source), "imports")
        is_long = self.page.section == "explain" and source.count("\n") >= ASIDE
        if is_long or "code-fold" in directives(cell.source): return folded("Code", python(source), "imports")
        flags = [FLAGS[f] for f in directives(cell.source) if f in FLAGS]
        told = raw(f'<p class="flag">{"; ".join(flags)}</p>') + "\n\n" if flags else ""
        return told + python(source)

    def parameter_table(self) -> str:
        rows = [(f"`{p.name}`", self.kind(p.kind), self.code(p.default), self.note(p.note)) for p in self.page.parameters]
        return self.table(("parameter", "type", "default", ""), rows, "parameters")

    # Exported code

    def chunk(self, chunk) -> str:
        if chunk.is_imports: return folded("Imports", python(chunk.source), "imports")
        lines = chunk.source.count("\n") + 1
        if chunk.symbols and chunk.symbols[0].kind != "data": return self.symbol(chunk.symbols[0])
        anchors = [fenced("", f"{{py:data}} {s.name}", {"no-typesetting": "", "no-contents-entry": ""}) for s in chunk.symbols]
        if chunk.symbols and lines <= WHOLE: return "\n\n".join([*anchors, python(chunk.source)])
        told = ", ".join(f"<code>{html.escape(n)}</code>" for n in [s.name for s in chunk.symbols] + chunk.private)
        content = folded(f"Source of {told or 'what is set up here'}", python(chunk.source), "source")
        return "\n\n".join([*anchors, f"::::{{container}} helpers\n{content}\n::::"])   # Anchors settle on a container

    def symbol(self, s, least: int = 7) -> str:
        "A function or a class with its table and its source"
        parts = [linked_code(s.doc, self.names, self.page)]
        if s.bases: parts.append(f"Made from {linked_code(' and '.join(f'`{b}`' for b in s.bases.split(', ')), self.names, self.page)}.")
        parts += [self.symbol_table(s), *(self.symbol(m, 5) for m in s.members)]
        if s.source:
            lines = s.source.count("\n") + 1
            parts.append(folded(f"Source <span>{lines} line{'s'*(lines > 1)}</span>", python(s.source), "source"))
        options = {"type": s.parameters[-1].kind} if s.kind == "property" and s.parameters and s.parameters[-1].kind else {}
        return fenced("\n\n".join(filter(None, parts)), f"{{py:{s.kind}}} {s.name}{s.signature}", options, least)

    def symbol_table(self, s) -> str:
        if not any(p.note for p in s.parameters): return ""
        if s.kind == "property": return linked_code(self.note(s.parameters[-1].note), self.names, self.page)
        rows = [("*returns*" if p.name == "returns" else f"`{p.name}`", self.kind(p.kind), self.code(p.default), self.note(p.note))
                for p in s.parameters if p.name != "returns" or p.kind not in ("", "None") or p.note]
        return self.table(("", "type", "default", ""), rows, "parameters")

    def kind(self, annotation: str) -> str: return self.code(annotation.strip("'\""))

    @staticmethod
    def code(text: str) -> str: return "`" + text.replace("|", r"\|").replace("`", "'") + "`" if text else ""

    def note(self, text: str) -> str:
        "A comment as prose: code stays code, everything else is text"
        parts = re.split(r"(`[^`]+`)", text)
        plain = [p.replace("|", r"\|") if k % 2 else re.sub(r"([\\*_\[\]<>|~$#])", r"\\\1", p) for k, p in enumerate(parts)]
        return linked_code("".join(plain), self.names, self.page)

    def table(self, head: tuple, rows: list, kind: str) -> str:
        "A table without the columns that would be empty"
        used = [k for k in range(len(head)) if any(row[k] for row in rows)]
        lines = [[head[k] or " " for k in used], ["---"]*len(used), *([row[k] for k in used] for row in rows)]
        content = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"::::{{container}} {kind}\n{content}\n::::"

    # What the code gave

    def output(self, output) -> str:
        if output.output_type == "stream": return self.plain(output.text)
        if output.output_type == "error": return self.plain("\n".join(output.traceback))
        data = output.get("data", {})
        for kind in PICTURES:
            if kind in data: return self.picture(data[kind], kind)
        if "text/html" in data: return raw(f'<div class="output-html">{tidy(data["text/html"])}</div>')
        if "text/markdown" in data: return without_headings(data["text/markdown"])
        return self.plain(data.get("text/plain", ""))

    def plain(self, text: str) -> str:
        return fenced(text.rstrip(), "{code-block} text", {"class": "output"}) if text.strip() else ""

    def picture(self, content: str, kind: str) -> str:
        self.count += 1
        name = f"{self.page.name.replace('/', '-')}-{self.count}.{PICTURES[kind]}"
        data = content.encode() if kind == "image/svg+xml" else base64.b64decode(content)
        (self.pictures/name).write_bytes(data)
        told = re.sub(r"[\[\]`]", "", self.heading)
        return fenced("", f"{{image}} /pictures/{name}", {"alt": f"Figure: {told}", "class": "output-picture"})


def without_headings(text: str) -> str:
    "Printed Markdown, whose headings are none of the page"
    parts = re.split(r"(^```.*?^```)", text, flags=re.S | re.M)
    return "".join(p if p.startswith("```") else re.sub(r"^#{1,6} +(.+)$", r"**\1**", p, flags=re.M) for p in parts)


def tidy(content: str) -> str:
    "A table of pandas without its style sheet and its border"
    content = re.sub(r"<style scoped>.*?</style>\s*", "", content, flags=re.S)
    numbers = re.search(r"<td>[-+]?[\d,.]+%?</td>", content)
    if not numbers: content = content.replace('class="dataframe"', 'class="dataframe words"')
    return content.replace(' border="1"', "").replace(' style="text-align: right;"', "")


def plain_markdown(page, names) -> str:
    "The notebook as Markdown: prose, code, and outputs that are text"
    parts = []
    for cell in page.cells:
        if is_hidden(cell): continue
        source = without_directives(cell.source)
        is_prose = cell.cell_type == "markdown"
        parts.append(linked_notebooks(source, names, page) if is_prose else fenced(source, "python"))
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if text and "<Figure" not in text: parts.append(fenced(text.rstrip(), "text"))
    return "\n\n".join(parts) + "\n"
