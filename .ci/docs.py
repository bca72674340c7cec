"""Makes the site from the notebooks: pip install -e '.[docs]' && python .ci/docs.py

python .ci/docs.py                      builds _docs/, and checks every link, anchor, image and command in it
python .ci/docs.py --check              only checks what is built
python .ci/docs.py --browser [FOLDER]   opens ten pages in Chromium: light, dark, 390 pixels wide; searches; keeps pictures

Nothing is executed or installed: pages are made of the notebooks' texts and stored outputs.
"""
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEBSITE, OUT = ROOT/".ci"/"website", ROOT/"_docs"
sys.path.insert(0, str(WEBSITE))
EXPECTED_WARNINGS = {}   # Pattern → why it is no fault


def write_sources(source: Path) -> int:
    "All pages as Sphinx reads them, their pictures, and what programs read"
    from code_links import write_links
    from generated import generated_pages, llms, with_ways
    from links import Names
    from notebooks import read_pages
    from render import Renderer, plain_markdown
    pages = read_pages()
    names = Names(pages)
    (source/"pictures").mkdir(parents=True)
    for page in pages.values():
        text = Renderer(page, names, source/"pictures").text()
        save(source/f"{page.name}.md", with_ways(text, page.tagline) if page.name == "index" else text)
        save(source/"extra"/f"{page.name}.md", plain_markdown(page, names))
    for name, text in generated_pages(pages).items():
        path = source/f"{name}.md"
        save(path, (path.read_text(encoding="utf-8") if path.exists() else "") + text)
    save(source/"extra"/"llms.txt", llms(pages))
    save(source/"notebooks.json", json.dumps({p.name: p.path.relative_to(ROOT).as_posix() for p in pages.values()}))
    save(source/"names.json", json.dumps(write_links(pages, names)))
    shutil.copy(WEBSITE/"conf.py", source)
    return len(pages)


def save(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def unexpected(warnings: str) -> list[str]:
    "Sphinx's warnings but for those that are listed with a reason"
    lines = [line for line in re.sub(r"\x1b\[[\d;]*m", "", warnings).splitlines() if line.strip()]
    return [line for line in lines if not any(re.search(p, line) for p in EXPECTED_WARNINGS)]


def build() -> None:
    "Write `_docs` anew"
    from sphinx.cmd.build import build_main
    started = time.time()
    with tempfile.TemporaryDirectory() as work:
        source, log = Path(work)/"source", Path(work)/"warnings.txt"
        count = write_sources(source)
        os.environ["AGROPEST_WEBSITE"] = str(WEBSITE)
        shutil.rmtree(OUT, ignore_errors=True)
        status = build_main(["-q", "-b", "html", "-j", "2", "-w", str(log), "-d", f"{work}/doctrees", str(source), str(OUT)])
        warnings = unexpected(log.read_text(encoding="utf-8").replace(str(source), "nbs"))
    print(f"{count} notebooks as pages in {OUT} ({time.time() - started:.0f} s)")
    if status or warnings: sys.exit("\n".join([f"{len(warnings)} warnings:", *warnings]))


def main(*asked: str) -> None:
    if "--browser" in asked:
        from browser import look
        return look(OUT, *(a for a in asked if a != "--browser"))
    if "--check" not in asked: build()
    from check import check
    check(OUT, ROOT)


if __name__ == "__main__": main(*sys.argv[1:])
