"""Pages that no notebook makes: the table of contents, the reference by wing, and llms.txt."""
from notebooks import RUN_NOTEBOOKS

SITE = "https://agropest.github.io/agropest"
EXPLANATIONS = {   # Heading → its pages, those that a reader of results needs first
    "Read a result": ("metrics", "findings"),
    "Evidence": ("record", "error_rate", "planted", "reproducibility", "killed", "leaks", "hostile",
                 "faster_rcnn", "engines", "speed", "gpu", "platforms"),
    "For developers": ("house", "own_engine"),
}
WINGS = {   # In the order of imports, as `nbs/explain/house.ipynb` has them
    "synth": "AgroPest-mini drawn, detectors simulated, faults planted",
    "data": "Datasets: readers, writers, images, labels, masks",
    "health": "What is wrong with a dataset",
    "runs": "Recipes: the published runs, RF-DETR's, one's own; what anchors reach",
    "tracking": "Run folders, provenance, trackers",
    "models": "Networks, weights, test-time augmentation",
    "engines": "Fit and predict: torchvision, detectron2, RF-DETR",
    "measure": "Metrics, errors, thresholds, resampling",
    "compare": "Two runs: differences, findings, verdict",
    "show": "Figures",
    "lab": "What the run notebooks call, and the command that runs them",
    "study": "Many runs and many seeds: trained, resumed, and what they say together",
}


WAYS = {   # Of the front page: title, what for, page
    "Tutorial": ("From nothing to two detectors compared, in ten minutes", "tutorial"),
    "Colab": ("In the browser, with Google's GPU", "howto/colab"),
    "Use my own dataset": ("What is wrong with it, and how to train on it", "howto/my_dataset"),
    "Train a run": ("On a CPU, a GPU, Colab; all parameters", "howto/train"),
    "Measure predictions": ("Anybody's: two JSON files, no model", "howto/measure_predictions"),
    "Compare two runs": ("Is the difference real, and what else explains it?", "howto/compare_two"),
    "How many seeds?": ("What one, three or ten trainings can show", "howto/how_many_seeds"),
    "Findings": ("What each of them means, and what to do", "explain/findings"),
    "Reference": ("Every function, with its reason and its tests", "api/index"),
}


def ways() -> str:
    "Where a reader may want to go from the front page"
    links = "\n".join(f'<a href="{page}.html"><b>{title}</b><span>{told}</span></a>' for title, (told, page) in WAYS.items())
    return f'\n\n```{{raw}} html\n<div class="ways">\n{links}\n</div>\n```\n'


def with_ways(text: str, tagline: str) -> str: return text.replace(f"> {tagline}", f"> {tagline}{ways()}", 1)


def in_folder(pages: dict, folder: str) -> list:
    return [p for p in pages.values() if p.section == folder]


def ordered(pages: list, order: tuple) -> list:
    "By a list of names; what isn't in it follows"
    place = {name: k for k, name in enumerate(order)}
    return sorted(pages, key=lambda p: (place.get(p.name.rpartition("/")[2], len(order)), p.name))


def run_pages(pages: dict) -> list:
    "The notebooks that are run, in the order of use"
    single = [p for p in pages.values() if not p.section and p.name not in ("index", "tutorial")]
    return ordered(single, RUN_NOTEBOOKS)


def explanations(pages: dict) -> dict:   # Heading → pages; one that isn't in the list is evidence
    named = {name: heading for heading, names in EXPLANATIONS.items() for name in names}
    def heading(page): return named.get(page.name.rpartition("/")[2], "Evidence")
    there = in_folder(pages, "explain")
    return {h: ordered([p for p in there if heading(p) == h], names) for h, names in EXPLANATIONS.items()}


def toctree(names: list, caption: str = "", hidden: bool = True) -> str:
    options = [f":caption: {caption}"]*bool(caption) + [":hidden:"]*hidden + [":maxdepth: 1"]
    return "\n".join(["```{toctree}", *options, "", *names, "```"])


def contents(pages: dict) -> str:
    "The whole site's order, as the front page's end"
    parts = {
        "Start": [p.name for p in pages.values() if p.name == "tutorial"],
        "How to": [p.name for p in in_folder(pages, "howto")],
        "Notebooks to run": [f"{p.name}: {p.title[0].lower() + p.title[1:]} <{p.name}>" for p in run_pages(pages)],
        **{heading: [p.name for p in group] for heading, group in explanations(pages).items()},
        "Reference": ["api/index"]}
    return "\n\n" + "\n\n".join(toctree(names, caption) for caption, names in parts.items() if names) + "\n"


def line(page, base: str) -> str:
    names = ", ".join(f"{{py:obj}}`{s.name} <{page.module}.{s.name}>`" for s in page.symbols if s.kind != "data")
    return f"| [{page.module.removeprefix('agropest.')}]({base}{page.name}.md) | {page.tagline} | {names or ' '} |"


def module_table(pages: list, base: str = "/") -> str:
    return "\n".join(["| module | what it is for | what it has |", "|---|---|---|", *(line(p, base) for p in pages)])


def wing_page(wing: str, pages: list) -> str:
    "Its modules, as a page or as the end of its door's page"
    modules = [p for p in pages if p.name != f"api/{wing}/index"]
    head = f"# {wing}\n\n> {WINGS.get(wing, '')}\n" if len(modules) == len(pages) else "\n\n## Modules\n"
    tree = toctree([f"{p.module.rpartition('.')[2]} <{p.name.rpartition('/')[2]}>" for p in modules])
    return f"{head}\n::::{{container}} modules\n{module_table(modules)}\n::::\n\n{tree}\n"


def generated_pages(pages: dict) -> dict[str, str]:
    "Name → text, to be added to the notebook's page of that name if there is one"
    api = in_folder(pages, "api")
    found = sorted({p.wing for p in api if p.name.count("/") > 1}, key=[*WINGS].index)
    made = {f"api/{wing}/index": wing_page(wing, [p for p in api if p.name.startswith(f"api/{wing}/")]) for wing in found}
    single = [p for p in api if p.name.count("/") == 1]
    wings = "\n".join(f"| [{wing}](/api/{wing}/index.md) | {WINGS[wing]} |" for wing in found)
    made["api/index"] = "\n".join([
        "# Reference\n\n> Every module, by wing. A wing imports from its own modules and from the wings above it.\n",
        "The pages are the notebooks that the package is exported from: the reason first, then what is defined, with its "
        "parameters as a table and its source folded beneath, then examples that are its tests. "
        "All names in alphabetical order: {ref}`genindex`.\n",
        "Programs read the same as Markdown: each page with `.md` for `.html`, listed in `llms.txt` at the top of the site.\n",
        "| wing | what it holds |", "|---|---|", wings, "\n## Before all wings\n", module_table(single), "",
        toctree([*(p.name.rpartition("/")[2] for p in single), *(f"{wing}/index" for wing in found)])])
    made["index"] = contents(pages)
    return made


def llms(pages: dict) -> str:
    "What the site has, for readers that are programs: https://llmstxt.org"
    front = pages["index"]
    def listed(title, chosen):
        return [f"\n## {title}\n", *(f"- [{p.title}]({SITE}/{p.name}.md): {p.tagline}" for p in chosen)]
    guides = [p for p in pages.values() if p.name == "tutorial"] + in_folder(pages, "howto")
    lines = [f"# {front.title}\n\n> {front.tagline}\n", f"Each page is there as Markdown, too: its address with .md for .html. The whole front page: {SITE}/index.md",
             *listed("Tutorial and how-to", guides), *listed("Notebooks to run", run_pages(pages)),
             *(line for heading, group in explanations(pages).items() for line in listed(heading, group)),
             *listed("Reference", in_folder(pages, "api"))]
    return "\n".join(lines) + "\n"
