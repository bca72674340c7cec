"""Links from names in code to where they are described: `experiment.begin(` in a code cell leads to its page."""
import re

from links import relative
from notebooks import imported_names

NAME = r'<span class="n">([A-Za-z_]\w*)</span>'
DOT = r'<span class="o">\.</span>'
CHAIN = re.compile(rf'(?<!<span class="o">\.</span>){NAME}(?:{DOT}{NAME})?(?!<span class="o">=</span>)')   # No `name=`
MODULE = re.compile(r'<span class="nn">([\w.]+)</span>')
BLOCK = re.compile(r'(<div class="highlight-python[^"]*"><div class="highlight"><pre>)(.*?)(</pre>)', re.S)


def write_links(pages: dict, names) -> dict[str, dict[str, str]]:
    "Page → name in its code, or `module.name` → address"
    return {page.name: {**links_of(page, names), **modules_of(page, names)} for page in pages.values()}


def modules_of(page, names) -> dict[str, str]:
    "Modules by their whole names, as import statements have them"
    return {m: relative(f"{target}.html", page.name) for m, target in names.modules.items() if m != page.module}


def links_of(page, names) -> dict[str, str]:
    found = {}
    for name, full in imported_names(page).items():
        full = names.resolve(full)
        if not full: continue
        found[name] = relative(names.address(full), page.name)
        members = [f for f in names.full if f.startswith(full + ".")] if full in names.modules else []
        for member in members: found[f"{name}.{member.removeprefix(full + '.')}"] = relative(names.address(member), page.name)
    return found


def linked(content: str, addresses: dict[str, str]) -> str:
    "A page's HTML with its code linked"
    def name(match):
        head, tail = match[1], match[2]
        address = addresses.get(f"{head}.{tail}") if tail else addresses.get(head)
        if address: return f'<a class="code-link" href="{address}">{match[0]}</a>'
        if tail and head in addresses: return f'<a class="code-link" href="{addresses[head]}">{match[0]}</a>'
        return match[0]
    def module(match):
        address = addresses.get(match[1]) if "." in match[1] else None
        return f'<a class="code-link" href="{address}">{match[0]}</a>' if address else match[0]
    def block(match): return match[1] + MODULE.sub(module, CHAIN.sub(name, match[2])) + match[3]
    return BLOCK.sub(block, content)
