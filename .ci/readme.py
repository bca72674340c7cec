"""Makes README.md from nbs/index.ipynb; with --check says whether the two have parted."""
import re
import sys
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT/"nbs"/"images"


def build():
    "The text of README.md, and its pictures by file name"
    nb = nbformat.read(ROOT/"nbs"/"index.ipynb", as_version=4)
    nb.cells = [c for c in nb.cells if not c.source.startswith("#| hide")]
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "code" and "#| echo: false" in cell.source: cell.metadata["transient"] = {"remove_source": True}
        cell.source = "\n".join(line for line in cell.source.split("\n") if not line.startswith("#|"))
    text, resources = MarkdownExporter().from_notebook_node(nb, resources={"unique_key": "index"})
    pictures = resources["outputs"]
    for name in pictures: text = text.replace(f"]({name})", f"](nbs/images/{name})")
    text = re.sub(r"<style.*?</style>\s*", "", text, flags=re.S)
    text = re.sub(r"\]\((?!https?:|nbs/|#)([\w./]+\.ipynb)\)", r"](nbs/\1)", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", pictures


def main():
    text, pictures = build()
    files = {ROOT/"README.md": text.encode(), **{PICTURES/name: content for name, content in pictures.items()}}
    if "--check" in sys.argv:
        parted = [p.name for p, content in files.items() if not p.exists() or p.read_bytes() != content]
        if parted: sys.exit(f"{', '.join(parted)}: not what nbs/index.ipynb makes. Run python .ci/readme.py and commit.")
        return
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("index_*"): old.unlink()
    for path, content in files.items(): path.write_bytes(content)


if __name__ == "__main__": main()
