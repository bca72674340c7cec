"""Opens pages of a built site in Chromium as readers have them: light, dark, on a telephone; and searches."""
import functools
import shutil
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PAGES = ("index", "tutorial", "howto/my_dataset", "howto/compare_two", "train", "compare", "explain/house",
         "api/index", "api/measure/metrics", "api/compare/ranking")
WIDTHS = {"light": (1280, "light"), "dark": (1280, "dark"), "telephone": (390, "light")}
SEARCHES = {   # What a newcomer may type → the page that should be among what is found
    "repeat factor": "api/runs/faster_rcnn", "APs undefined": "explain/metrics", "rare class": "explain/findings",
    "how many seeds": "howto/how_many_seeds", "several GPUs": "howto/several_gpus", "cite": "howto/cite"}
# How far the page can be moved sideways, and what its background is
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *what): pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *what): pass   # A browser that goes on before a picture has come


def served(folder: Path) -> tuple[ThreadingHTTPServer, str]:
    "The site as a web server gives it, on a free port"
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def brightness(colour: str) -> float:
    "`rgb(255, 255, 255)` → 255"
    numbers = [float(x) for x in colour[colour.index("(") + 1:-1].split(",")[:3]]
    return sum(numbers)/3


def opened(browser, address: str, how: str, keep: Path | None) -> list[str]:
    "What is wrong with ten pages, seen in one way"
    width, scheme = WIDTHS[how]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, faults = context.new_page(), []
    page.on("console", lambda m: faults.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: faults.append(f"{page.url}: {e}"))
    def lost(request):   # What was cut off by going on to the next page is no fault
        if request.failure != "net::ERR_ABORTED": faults.append(f"{page.url}: {request.url} wasn't loaded")
    page.on("requestfailed", lost)
    for name in PAGES:
        page.goto(f"{address}/{name}.html", wait_until="load")
        if page.evaluate(SIDEWAYS) > 0: faults.append(f"{name} ({how}): wider than the window by {page.evaluate(SIDEWAYS)} pixels")
        is_dark = brightness(page.evaluate(BACKGROUND)) < 128
        if is_dark != (scheme == "dark"): faults.append(f"{name} ({how}): the background is {page.evaluate(BACKGROUND)}")
        if not page.locator("h1").first.is_visible(): faults.append(f"{name} ({how}): no heading to be seen")
        if keep: page.screenshot(path=keep/f"{name.replace('/', '-')}-{how}.png", full_page=False)
    context.close()
    return faults


def searched(browser, address: str, words: str, expected: str) -> list[str]:
    "Does a search for words lead to a page?"
    page = browser.new_page()
    page.goto(f"{address}/search.html?q={words.replace(' ', '+')}")
    try: page.wait_for_selector("ul.search li a", timeout=20_000)
    except Exception: return [f"search: nothing was found for {words!r}"]
    found = page.eval_on_selector_all("ul.search li a", "links => links.map(a => a.getAttribute('href'))")
    page.close()
    return [] if any(expected in link for link in found) else [f"search: {words!r} doesn't lead to {expected}"]


def look(out: Path, keep: str = "") -> None:
    "All of it; without a browser one line says that nothing was looked at"
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not executable: return print("skipped: no Chromium is installed, so no page was opened")
    from playwright.sync_api import sync_playwright
    if keep: Path(keep).mkdir(parents=True, exist_ok=True)
    server, address = served(out)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        faults = [f for how in WIDTHS for f in opened(browser, address, how, Path(keep) if keep else None)]
        for words, page in SEARCHES.items(): faults += searched(browser, address, words, page)
        faults += [] if searched(browser, address, "zzyzx", "index") else ["search: it finds what isn't there"]
        browser.close()
    server.shutdown()
    print(f"{len(PAGES)} pages in {len(WIDTHS)} ways, {len(SEARCHES)} searches: {len(faults)} faults")
    if faults: sys.exit("\n".join(faults))
