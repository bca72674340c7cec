"""Checks a built site: every internal link, anchor and image, every address that programs read, every command."""
import re
import shlex
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from links import FENCE, Names
from notebooks import read_pages

TASKS = {   # What a newcomer wants to know → the page, one click from the front page, and words of the answer
    "train on my folder": ("howto/my_dataset", "-p data mine"),
    "why is APs undefined": ("explain/metrics", "and not 0"),
    "how many seeds": ("howto/how_many_seeds", "Three of each run"),
    "measure somebody's predictions": ("howto/measure_predictions", "-p predictions"),
    "what does this finding mean": ("explain/findings", "what to do"),
    "add a run": ("howto/add_a_run", "nbdev_export"),
    "several GPUs": ("howto/several_gpus", "-p devices"),
    "resume": ("howto/resume", "-p resume True"),
    "verify": ("howto/verify", "agropest.lab.verify"),
    "cite": ("howto/cite", "@software"),
    "detect in my photographs": ("howto/detect", "-p images my_photos"),
    "use a run without torch": ("howto/export", "agropest export"),
    "mend labels": ("howto/mend_labels", "label_doubts.csv"),
    "install without torch": ("howto/install", "--no-deps"),
    "many runs, many seeds": ("howto/study", "-p seeds 3"),
    "a study on a cluster": ("howto/study_on_a_cluster", "-p runner ray"),
    "a study by Airflow": ("howto/study_by_a_workflow", "workflows airflow"),
    "a detector of another framework": ("howto/other_frameworks", "seed_everything"),
    "a container": ("howto/container", "docker build"),
}


class Read(HTMLParser):
    "What a page refers to, and the places in it that can be referred to"
    def __init__(self, content: str):
        super().__init__()
        self.ids, self.refers, self.without_alt, self.parts = set(), [], [], []
        self.feed(content)

    def handle_data(self, text): self.parts.append(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("id"): self.ids.add(given["id"])
        if tag == "a" and given.get("name"): self.ids.add(given["name"])
        for key in ("href", "src"):
            if given.get(key) and tag != "use": self.refers.append(given[key])
        if tag == "img" and "alt" not in given: self.without_alt.append(given.get("src", ""))


def is_internal(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def read_site(out: Path) -> dict[Path, Read]:
    return {path: Read(path.read_text(encoding="utf-8")) for path in sorted(out.rglob("*.html"))}


def broken_links(read: dict, out: Path) -> tuple[list[str], int]:
    "Addresses within the site that lead nowhere, and how many were looked at"
    broken, count = [], 0
    for path, page in read.items():
        name = path.relative_to(out).as_posix()
        broken += [f"{name}: the image {src} has no text for those who can't see it" for src in page.without_alt]
        for address in filter(is_internal, page.refers):
            count += 1
            parts = urlsplit(address)
            target = (path.parent/unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir(): target /= "index.html"
            anchor = unquote(parts.fragment)
            if not target.is_file(): broken.append(f"{name}: {address} leads nowhere")
            elif anchor and target in read and anchor not in read[target].ids:
                broken.append(f"{name}: {address} has no such place")
    return broken, count


def missing_symbols(read: dict, out: Path, pages: dict) -> list[str]:
    "Public names that no page describes"
    exported = [(read[out/f"{p.name}.html"].ids, f"{p.module}.{s.name}") for p in pages.values() for s in p.symbols]
    return [f"{name} has no place" for ids, name in exported if name not in ids]


def wrong_commands(pages: dict, root: Path) -> tuple[list[str], int]:
    "papermill's commands in any page: is the notebook there, and has it these parameters?"
    wrong, count = [], 0
    for page in pages.values():
        text = "\n".join(c.source for c in page.cells if c.cell_type == "markdown")
        for line in re.findall(r"papermill [\w./-]*\.ipynb[^\n`]*", text):
            count += 1
            words = shlex.split(line, comments=True)
            name = Path(words[1]).stem
            if name not in pages: wrong.append(f"{page.name}: there is no notebook {words[1]}"); continue
            known = {p.name for p in pages[name].parameters}
            asked = [b for a, b in zip(words, words[1:]) if a in ("-p", "-r")]
            wrong += [f"{page.name}: {name}.ipynb has no parameter {a!r}" for a in asked if a not in known]
    return wrong, count


def unknown_names(pages: dict) -> list[str]:
    "Names of the package in prose, as `agropest.measure.metrics`, that nothing has any more"
    names, unknown = Names(pages), []
    for page in pages.values():
        for cell in (c for c in page.cells if c.cell_type == "markdown"):
            told = re.findall(r"`(agropest(?:\.\w+)+)(?:\(.*?\))?`", FENCE.sub("", cell.source))
            unknown += [f"{page.name}: there is no {name}" for name in told if not names.find(name)]
    return unknown


def unanswered(read: dict, out: Path) -> list[str]:
    "Newcomers' questions whose answer isn't where the front page leads to"
    front = {urlsplit(a).path for a in read[out/"index.html"].refers}
    faults = [f"{task}: the front page doesn't lead to {page}" for task, (page, _) in TASKS.items() if f"{page}.html" not in front]
    texts = {task: "".join(read[out/f"{page}.html"].parts) for task, (page, _) in TASKS.items()}
    return faults + [f"{task}: {page} doesn't say {words!r}" for task, (page, words) in TASKS.items() if words not in texts[task]]


def dead_addresses(out: Path, site: str) -> list[str]:
    "Addresses in llms.txt and in the pages for programs that the site doesn't have"
    named = re.findall(re.escape(site) + r"/([\w./-]+)\)", (out/"llms.txt").read_text(encoding="utf-8"))
    dead = [f"llms.txt: {name}" for name in named if not (out/name).is_file()]
    for page in sorted(out.rglob("*.md")):
        links = re.findall(r"\]\(([\w./-]+\.md)\)", page.read_text(encoding="utf-8"))
        dead += [f"{page.relative_to(out)}: {link}" for link in links if not (page.parent/link).is_file()]
    return dead


def finds_faults(read: dict, out: Path) -> bool:
    "Would a broken link, a missing anchor and a missing image without text be found?"
    page = Read('<a href="nowhere.html">x</a><a href="index.html#nowhere">y</a><img src="nowhere.png">')
    return len(broken_links({**read, out/"fault.html": page}, out)[0]) == len(broken_links(read, out)[0]) + 4


def check(out: Path, root: Path) -> None:
    "All of it; the process ends with 1 if something is wrong"
    from generated import SITE
    if not (out/"index.html").exists(): sys.exit(f"There is no site in {out}; python .ci/docs.py builds it.")
    pages = read_pages()
    read = read_site(out)
    if not finds_faults(read, out): sys.exit("The check of links passes over links that are broken.")
    links, looked_at = broken_links(read, out)
    commands, tried = wrong_commands(pages, root)
    faults = [*links, *missing_symbols(read, out, pages), *commands, *unknown_names(pages), *unanswered(read, out),
              *dead_addresses(out, SITE)]
    print(f"{len(read)} pages, {looked_at:,} internal links and images, {tried} commands: {len(faults)} faults")
    if faults: sys.exit("\n".join(faults))
