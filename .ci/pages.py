"""Opens pages that runs, comparisons and datasets are told by in Chromium, as their readers have them: python .ci/pages.py

python .ci/pages.py [--keep FOLDER]     FOLDER gets the pages, and pictures of them

They are made of simulated detectors on AgroPest-mini, whose names an enemy has chosen: with photographs, and without.
Each is opened from its file at 1280 and 390 pixels, light and dark: nothing on the console, nothing fetched, no wider than the window;
names are text; every menu, link and button works with the keyboard. Without playwright or Chromium one line says that nothing was opened.
"""
import shutil
import sys
import tempfile
import warnings
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT/".ci"/"website")]
WAYS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
HOSTILE = ["<script>pwned=1</script>", "'\"><img src=x onerror=pwned=1>", "</title></style><svg onload=pwned=1>", "a\u202eb\u2066c",
           "x"*150, "${pwned=1}`{{7*7}}`", "</script><b>&amp;", "虫 ]]> <!--", "javascript:pwned=1", "' onclick='pwned=1", "=1+1", "`code`"]
MOST = 25   # So many buttons of a kind are pressed on each page

OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """() => [...document.querySelectorAll('body *')].filter(e => {
  const r = e.getBoundingClientRect();
  if (!r.width || r.right <= innerWidth + 1) return false;
  for (let p = e; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible' || getComputedStyle(p).position === 'fixed') return false;
  return true; }).slice(0, 3).map(e => e.tagName + ' ' + e.className)"""


def named(names: list) -> list:
    "Twelve hostile names that are all different"
    return [f"{HOSTILE[k%len(HOSTILE)]}{k}" for k, _ in enumerate(names)]


def hostile_evidence(detector: str):
    "A simulated detector on AgroPest-mini, with names of an enemy"
    from agropest.compare.case import with_report
    from agropest.compare.inputs import known_as, known_of, open_evidence
    e = open_evidence(detector, known_as(detector), known_of(detector, "", "mini", "test", ""), "test", 0.5)
    truth = e.truths["test"]
    names = named([c["name"] for c in truth["categories"]])
    categories = [{**c, "name": n} for c, n in zip(truth["categories"], names)]
    images = [{**i, "file_name": f"test/{HOSTILE[k%len(HOSTILE)].replace('/', '_')}{k}.jpg"} for k, i in enumerate(truth["images"])]
    data = replace(e.data, names=tuple(names))
    return with_report(replace(e, name=f"<b>{detector}</b>", truths={"test": {**truth, "categories": categories, "images": images}}, data=data))


def write_pages(folder: Path) -> list:
    "The pages, as files"
    from agropest.compare.comparison import open_comparison
    from agropest.lab.comparison_page import write_report
    from agropest.lab.run_page import run_page
    evidence = hostile_evidence("simulated")
    for name, options in {"run": {"megabytes": 3}, "run_bare": {"photographs": False, "megabytes": 3}}.items():
        (folder/f"{name}.html").write_text(run_page(evidence, **options), encoding="utf-8")
    compared = open_comparison("simulated", "simulated better", "simulated again", resamples=200)
    sides = tuple(replace(s, name=n) for s, n in zip(compared.sides, HOSTILE))
    compared = replace(compared, sides=sides, truths=evidence.truths)
    write_report(compared, str(folder/"compare"), megabytes=3)
    return [folder/"run.html", folder/"run_bare.html", folder/"compare"/"compare.html", *write_health(folder)]


def write_health(folder: Path) -> list:
    "The page of a faulty dataset with hostile names"
    from agropest.health.examine import examine
    from agropest.lab.health_page import write_health_page
    from agropest.synth.fault_catalogue import faulty
    from agropest.synth.faults import write_files
    files = {k: v for k, v in faulty("a box over the edge").items()}
    for old in [f for f in files if "field_00" in f]:
        files[old.replace("field_00", "'><img src=x onerror=pwned=1>")] = files.pop(old)
    images = sorted(f for f in files if f.endswith(".jpg"))
    files[images[-1]] = files[images[0]]                 # One photograph in two splits
    files[images[3]] = files[images[3]][:600]            # A file that is cut off
    data, health = examine(write_files(files, folder/"faulty"), progress=False)
    names = tuple(named(list(data.names)))
    return [write_health_page(replace(health, data=replace(data, names=names)), folder/"prepared", HOSTILE[0])]


def opened_by(page, button) -> list:
    "Does Enter on a button open the viewer, do arrows go on, does Escape close it and give the focus back?"
    what = (button.get_attribute("aria-label") or "")[:60]
    button.focus()
    if page.evaluate(OUTLINE) == "none": return [f"the focus isn't seen on: {what}"]
    page.keyboard.press("Enter")
    if not page.evaluate("document.querySelector('#viewer').open"): return [f"Enter opens nothing: {what}"]
    faults = []
    if not page.locator("#viewer svg").count(): faults.append(f"no picture: {what}")
    if button.get_attribute("data-see") and not page.locator("#viewer rect.on").count(): faults.append(f"no box is marked: {what}")
    before = page.locator("#viewer-at").inner_text()
    page.keyboard.press("ArrowRight")
    if before.split(" of ")[1] != "1" and page.locator("#viewer-at").inner_text() == before: faults.append(f"the arrow key goes nowhere: {what}")
    page.keyboard.press("Escape")
    if page.evaluate("document.querySelector('#viewer').open"): faults.append(f"Escape doesn't close: {what}")
    if not button.evaluate("b => b === document.activeElement"): faults.append(f"the focus doesn't come back: {what}")
    return faults


def viewer_faults(page) -> list:
    "Is everything in the viewer reached by Tab, and does it do something?"
    first = page.locator(".card:not([hidden]) .open").first
    if not first.count(): return ["there is no picture"]
    first.focus()
    page.keyboard.press("Enter")
    controls = page.locator("#viewer button:not(:disabled), #viewer input")
    reached = set()
    for _ in range(controls.count() + 3):
        reached.add(page.evaluate("[...document.querySelectorAll('#viewer button, #viewer input')].indexOf(document.activeElement)"))
        page.keyboard.press("Tab")
    faults = [] if len(reached - {-1}) == controls.count() else [f"Tab reaches {len(reached - {-1})} of {controls.count()} controls of the viewer"]
    for box in page.locator("#viewer .layers input:not(.closer)").all():
        before = page.locator("#viewer").inner_html() + page.locator("#viewer .stage").get_attribute("class")
        box.focus()
        page.keyboard.press("Space")
        after = page.locator("#viewer").inner_html() + page.locator("#viewer .stage").get_attribute("class")
        if before == after: faults.append("a box of the viewer does nothing")
        page.keyboard.press("Space")
    page.locator("#viewer .closer").focus()
    page.keyboard.press("Space")
    moved = set()
    for _ in range(6):
        moved.add(page.locator("#viewer .inner").first.get_attribute("style"))
        page.keyboard.press("ArrowRight")
    if not any("scale(1)" not in style for style in moved): faults.append("no picture comes closer")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    return faults


def menu_faults(page) -> list:
    "Does every menu choose pictures?"
    faults = []
    for menu in page.locator(".filters select").all():
        menu.focus()
        if page.evaluate(OUTLINE) == "none": faults.append("the focus isn't seen on a menu")
        counts = set()
        for _ in range(min(menu.locator("option").count(), 6)):
            counts.add(page.locator(".card:visible").count())
            told = page.locator(".filters output").inner_text()
            if not told.startswith(f"{page.locator('.card:visible').count()} of"): faults.append(f"a menu says {told}")
            page.keyboard.press("ArrowDown")
        if len(counts) < 2: faults.append("a menu changes nothing")
        for _ in range(6): page.keyboard.press("ArrowUp")
    return faults


def link_faults(page) -> list:
    "Does every link lead to a place on the page, by Enter?"
    from agropest.compare.findings import FINDINGS_PAGE
    faults = []
    for link in page.locator("a").all():
        target = link.get_attribute("href")
        if target.startswith(f"{FINDINGS_PAGE}#"): continue   # The one that leads away
        link.focus()
        page.keyboard.press("Enter")
        if not target.startswith("#") or not page.locator(target).count(): faults.append(f"a link leads nowhere: {target}")
        elif page.evaluate("location.hash") != target: faults.append(f"Enter doesn't follow {target}")
    return faults


def folded_faults(page) -> list:
    "Does every part that is folded open by Enter?"
    faults = []
    for summary in page.locator("summary").all()[:MOST]:
        before = summary.evaluate("s => s.parentElement.open")
        summary.focus()
        page.keyboard.press("Enter")
        if summary.evaluate("s => s.parentElement.open") == before: faults.append("a part doesn't unfold")
    return faults


def opened(browser, path: Path, width: int, scheme: str, keep: Path | None) -> list:
    "What is wrong with a page, seen in one way"
    from browser import BACKGROUND, brightness
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, faults = context.new_page(), []
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: faults.append(f"an error: {e}"))
    page.on("dialog", lambda d: (faults.append("a name was run as code"), d.dismiss()))
    page.on("request", lambda r: faults.append(f"fetched: {r.url[:80]}") if not r.url.startswith(("file:", "data:")) else None)
    page.goto(path.as_uri())
    page.wait_for_timeout(300)
    if page.evaluate(WIDER) > 0: faults.append(f"wider than the window by {page.evaluate(WIDER)} pixels")
    faults += [f"cut off: {e}" for e in page.evaluate(CUT)]
    if (brightness(page.evaluate(BACKGROUND)) < 128) != (scheme == "dark"): faults.append(f"the background is {page.evaluate(BACKGROUND)}")
    if keep: page.screenshot(path=keep/f"{path.stem}-{width}-{scheme}.png")
    faults += link_faults(page) + folded_faults(page)
    if page.locator("#viewer").count():
        faults += menu_faults(page)
        if scheme == "light": faults += viewer_faults(page)
        buttons = page.locator(".see").all()[:MOST] + page.locator(".card:not([hidden]) .open").all()[:3]
        faults += [fault for b in buttons for fault in opened_by(page, b)]
        if page.evaluate(WIDER) > 0: faults.append("the viewer makes the page wider than the window")
    if page.evaluate("typeof pwned") != "undefined": faults.append("a name was run as code")
    if "<script>pwned=1</script>" not in page.locator("body").inner_text(): faults.append("a hostile name isn't there as text")
    context.close()
    return [f"{path.name} ({width}, {scheme}): {fault}" for fault in faults]


def lacking() -> str:
    "What can't be imported or found, in a word"
    from browser import BROWSERS
    if find_spec("playwright") is None: return "playwright isn't installed"
    return "" if any(map(shutil.which, BROWSERS)) else "no Chromium is installed"


def main(*asked: str) -> None:
    from browser import BROWSERS
    warnings.filterwarnings("ignore", "Glyph")   # Letters that a picture's font lacks
    missing = lacking()
    if missing: return print(f"skipped: {missing}, so no page was opened")
    from playwright.sync_api import sync_playwright
    keep = Path(asked[asked.index("--keep") + 1]) if "--keep" in asked else None
    if keep: keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        paths = write_pages(Path(folder))
        for path in paths if keep else []: shutil.copy(path, keep)
        browser = playwright.chromium.launch(executable_path=next(filter(None, map(shutil.which, BROWSERS))), args=["--no-sandbox"])
        faults = [fault for path in paths for how in WAYS for fault in opened(browser, path, *how, keep)]
        browser.close()
    print(f"{len(paths)} pages, each opened in {len(WAYS)} ways: {len(faults)} faults")
    if faults: sys.exit("\n".join(faults))


if __name__ == "__main__": main(*sys.argv[1:])
