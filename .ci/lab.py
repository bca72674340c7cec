"""Runs notebooks in JupyterLab as a reader does, in Chromium, and looks at what they show: pip install -e '.[lab,docs]' && python .ci/lab.py

python .ci/lab.py [--keep FOLDER] [NOTEBOOK …]     prepare, compare and train if none is named; FOLDER gets pictures of the pages

Each is opened in JupyterLab's dark theme and run by its menu from top to bottom: no error, every cell run, progress as a widget,
tables no wider than the window, letters that can be read. Without JupyterLab, playwright or Chromium one line says that nothing was run.
"""
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT/".ci"/"website"))
NOTEBOOKS = {   # Name → parameters, as lines to put in the place of others
    "prepare": {},
    "compare": {"resamples: int = 2000": "resamples: int = 200"},
    "train": {'settings: str = ""': 'settings: str = "max_iter=3"', 'track: str = "auto"': 'track: str = ""'}}
LONGEST = 420   # Seconds until a notebook has to be through, on two busy cores
WIDTHS = (390, 700, 1000)
SETTINGS = {   # Of JupyterLab: plugin → what is set
    "apputils-extension/themes": {"theme": "JupyterLab Dark"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"}}   # All cells are on the page
NOT_OURS = {   # What JupyterLab itself says on the console → why it is no fault of a notebook
    r"net::ERR_\w+ \(https://colab\.research\.google\.com/assets/": "the badge's picture, where there is no network",
    r"Failed to load resource.*/api/(workspaces|settings|translations)": "nothing has been stored there yet"}

# What the page is asked
STATE = """() => {
  const panel = window.jupyterapp?.shell?.currentWidget, kernel = panel?.sessionContext?.session?.kernel;
  const cells = (panel?.content?.widgets ?? []).filter(c => c.model.type === 'code');
  const outputs = c => Array.from({length: c.model.outputs.length}, (_, k) => c.model.outputs.get(k).toJSON());
  const errors = cells.flatMap(c => outputs(c).filter(o => o.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`));
  return {status: kernel?.status, cells: cells.length, errors,
          ran: cells.filter(c => c.model.executionCount).length}; }"""
WIDE = """() => {
  const sheet = document.querySelector('.jp-NotebookPanel .jp-Notebook .jp-WindowedPanel-outer') ?? document.querySelector('.jp-Notebook');
  const faults = sheet.scrollWidth > sheet.clientWidth ? [`the notebook moves sideways by ${sheet.scrollWidth - sheet.clientWidth} pixels`] : [];
  const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
  for (const out of sheet.querySelectorAll('.jp-OutputArea-output')) {
    const right = out.getBoundingClientRect().right, says = out.innerText.slice(0, 40).replaceAll('\\n', ' ');
    if (right > sheet.getBoundingClientRect().right + 1) faults.push(`an output is wider than the notebook: ${says}`);
    for (const inner of out.querySelectorAll('table, pre, p, img, svg')) {
      let holder = inner;
      while (holder !== out && !scrolls(holder)) holder = holder.parentElement;
      if (inner.getBoundingClientRect().right > right + 1 && !scrolls(holder))
        faults.push(`${inner.tagName} is cut off: ${says}`);
    } }
  return [...new Set(faults)]; }"""
COLOURS = """
  const light = c => { const x = c/255; return x <= 0.04045 ? x/12.92 : ((x + 0.055)/1.055)**2.4; };
  const luminance = c => 0.2126*light(c[0]) + 0.7152*light(c[1]) + 0.0722*light(c[2]);
  const contrast = (a, b) => { const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y); return (high + 0.05)/(low + 0.05); };
"""
LETTERS = "() => {" + COLOURS + """
  const numbers = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0.5) return c; } return [255, 255, 255]; };
  const faint = new Set();
  for (const out of document.querySelectorAll('.jp-OutputArea-output')) {
    const walk = document.createTreeWalker(out, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.data.trim(), e = walk.currentNode.parentElement;
      if (!/[\\p{L}\\d]/u.test(text) || !e.getClientRects().length) continue;
      const found = contrast(numbers(getComputedStyle(e).color), ground(e));
      if (found < 4.5) faint.add(`letters hardly seen (contrast ${found.toFixed(1)}): ${text.slice(0, 40)}`);
    } }
  return [...faint]; }"""
FIGURES = "() => {" + COLOURS + """
  const faults = [];
  for (const img of document.querySelectorAll('.jp-RenderedImage img')) {
    const canvas = document.createElement('canvas');
    canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
    const brush = canvas.getContext('2d', {willReadFrequently: true});
    brush.drawImage(img, 0, 0);
    const data = brush.getImageData(0, 0, canvas.width, canvas.height).data;
    let darkest = [255, 255, 255], clear = 255;
    for (let k = 0; k < data.length; k += 4) {
      clear = Math.min(clear, data[k + 3]);
      if (data[k] + data[k + 1] + data[k + 2] < darkest[0] + darkest[1] + darkest[2]) darkest = [data[k], data[k + 1], data[k + 2]];
    }
    if (clear < 255) faults.push('a figure lets the page through');
    if (contrast(darkest, [data[0], data[1], data[2]]) < 4.5) faults.push("a figure's letters can hardly be seen");
  }
  return {count: document.querySelectorAll('.jp-RenderedImage img').length, faults}; }"""
FIRST_PICTURE = "cell => cell.querySelector('.jp-RenderedImage img')?.src ?? ''"


def copy_notebook(name: str, folder: Path) -> None:
    "A run notebook without outputs, its parameters set"
    content = json.loads((ROOT/"nbs"/f"{name}.ipynb").read_text(encoding="utf-8"))
    chosen = NOTEBOOKS.get(name, {})
    content["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    missing = set(chosen)
    for cell in content["cells"]:
        if cell["cell_type"] != "code": continue
        cell.update(outputs=[], execution_count=None)
        if "parameters" not in cell["metadata"].get("tags", []): continue
        text = "".join(cell["source"])
        for old, new in chosen.items():
            if old in text: missing.discard(old)
            text = text.replace(old, new)
        cell["source"] = text
    if missing: sys.exit(f"{name}.ipynb has no parameter {missing}")
    (folder/f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")


def server_environment(work: Path) -> dict:
    "Nobody's settings, and none left behind"
    places = {k: str(work/k.lower()) for k in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR",
        "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    for plugin, chosen in SETTINGS.items():
        path = work/"jupyterlab_settings_dir"/"@jupyterlab"/f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(chosen))
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **places, "PYTHONPATH": path, "MLFLOW_TRACKING_URI": f"sqlite:///{work}/mlflow.db"}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def jupyterlab(work: Path):
    "JupyterLab on this machine's own address, behind a token; gives (address, token)"
    port, token = free_port(), secrets.token_hex(16)
    (work/"notebooks").mkdir()
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               f"--ServerApp.root_dir={work/'notebooks'}", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    environment = {**server_environment(work), "JUPYTER_TOKEN": token}
    address = f"http://127.0.0.1:{port}"
    with open(work/"server.log", "w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment, cwd=work, stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(f"{address}/api?token={token}"), 120, lambda: f"JupyterLab doesn't answer:\n{(work/'server.log').read_text()[-2000:]}")
        yield address, token
    finally:
        server.terminate()
        try: server.wait(30)
        except subprocess.TimeoutExpired: server.kill()


def answers(address: str) -> bool:
    try: return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError: return False


def wait_for(done, seconds: float, why, every: float = 0.5):
    "What `done` gives, once that is true"
    end = time.time() + seconds
    while time.time() < end:
        found = done()
        if found: return found
        time.sleep(every)
    raise TimeoutError(why())


def run_all(page) -> list[str]:
    "Run all cells by the menu and wait; what went wrong"
    try: wait_for(lambda: page.evaluate(STATE)["status"] == "idle", 120, lambda: "")
    except TimeoutError: return ["it has no kernel after two minutes"]
    page.locator("#jp-MainMenu").get_by_text("Run", exact=True).click()
    page.locator(".lm-Menu").get_by_text("Run All Cells", exact=True).click()
    def ended():
        s = page.evaluate(STATE)
        return s if s["errors"] or s["status"] == "idle" and s["ran"] == s["cells"] else None
    try: state = wait_for(ended, LONGEST, lambda: "")
    except TimeoutError: state = page.evaluate(STATE)
    faults = [f"a cell stopped: {e}" for e in state["errors"]]
    if state["ran"] < state["cells"]: faults.append(f"{state['ran']} of {state['cells']} cells were run, the kernel is {state['status']}")
    return faults


def looked_over(page) -> list[str]:
    "Letters, figures, widths"
    figures = page.evaluate(FIGURES)
    faults = page.evaluate(LETTERS) + figures["faults"]
    if not figures["count"]: faults.append("no figure is shown")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(800)
        faults += [f"{width} pixels: {fault}" for fault in page.evaluate(WIDE)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def cell_with(page, code: str):
    return page.locator(".jp-CodeCell").filter(has=page.locator(".jp-InputArea-editor", has_text=code)).first


def changes(page, cell, act) -> bool:
    "Does a choice change the cell's picture?"
    before = cell.evaluate(FIRST_PICTURE)
    act()
    try: return wait_for(lambda: cell.evaluate(FIRST_PICTURE) != before, 60, lambda: "")
    except TimeoutError: return False


def chosen_from(page, code: str) -> list[str]:
    "A class and a place on a slider are chosen; the picture follows"
    cell, faults = cell_with(page, code), []
    cell.scroll_into_view_if_needed()
    menu, slider = cell.locator("select").last, cell.locator(".noUi-handle").first
    if not cell.locator("select").count(): return [f"{code}: nothing to choose from"]
    if not changes(page, cell, lambda: menu.select_option(index=1)): faults.append(f"{code}: the menu changes nothing")
    def moved():
        slider.focus()
        slider.press("ArrowRight")
    if not changes(page, cell, moved): faults.append(f"{code}: the slider changes nothing")
    return faults


def stored(page, path: Path, code: str) -> list[str]:
    "Is the picture there for a reader without a kernel?"
    page.keyboard.press("Control+s")
    def kinds():
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [k for c in cells if code in "".join(c["source"]) for o in c.get("outputs", []) for k in o.get("data", {})]
    try: wait_for(lambda: any(k.startswith("image/") for k in kinds()), 30, lambda: "")
    except TimeoutError: return [f"{code}: no picture is stored beside the controls ({kinds()})"]
    return []


def seen(page, name: str, path: Path) -> list[str]:
    "What belongs to a notebook alone"
    if name == "train":
        bars = cell_with(page, "experiment.train").locator(".widget-hprogress").count()
        text = cell_with(page, "experiment.train").get_by_text(re.compile(r"\d+%\|")).count()
        return [] if bars and not text else [f"progress of the training: {bars} widgets, {text} bars of text"]
    code = {"prepare": "browse_images", "compare": '"precision_recall"'}.get(name)
    return chosen_from(page, code) + stored(page, path, code) if code else []


def opened(browser, server: tuple, name: str, work: Path, keep: Path | None) -> list[str]:
    "What is wrong with a notebook that is run from top to bottom"
    (address, token), started = server, time.time()
    copy_notebook(name, work/"notebooks")
    page, said = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("console", lambda m: said.append(f"{m.text} ({m.location.get('url', '')})") if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    page.goto(f"{address}/doc/tree/{name}.ipynb?token={token}")
    faults = run_all(page)
    ran = time.time() - started
    if not faults: faults = looked_over(page) + seen(page, name, work/"notebooks"/f"{name}.ipynb")
    if keep: photographed(page, keep/name)
    faults += [f"console: {s}" for s in said if not any(re.search(p, s) for p in NOT_OURS)]
    page.evaluate("() => window.jupyterapp.shell.currentWidget?.sessionContext?.shutdown()")
    page.close()
    print(f"{name}: run in {ran:.0f} s, {len(faults)} faults ({time.time() - started:.0f} s)", flush=True)
    return [f"{name}: {fault}" for fault in faults]


def photographed(page, path: Path) -> None:
    "The page in the dark and in the light, wide and narrow, on a long sheet"
    for theme, width in (("Dark", 1000), ("Dark", 390), ("Light", 1000)):
        page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", f"JupyterLab {theme}")
        page.set_viewport_size({"width": width, "height": 9000})
        page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer')?.scrollTo(0, 0)")
        page.wait_for_timeout(1500)
        page.screenshot(path=f"{path}-{theme.lower()}-{width}.png")


def lacking() -> str:
    "What can't be imported or found, in a word"
    from browser import BROWSERS
    for module in ("jupyterlab", "ipywidgets", "playwright"):
        if find_spec(module) is None: return f"{module} isn't installed"
    return "" if any(map(shutil.which, BROWSERS)) else "no Chromium is installed"


def main(*asked: str) -> None:
    from browser import BROWSERS
    missing = lacking()
    if missing: return print(f"skipped: {missing}, so no notebook was opened in JupyterLab")
    from playwright.sync_api import sync_playwright
    rest, keep = [*asked], None
    if "--keep" in rest:
        keep = Path(rest.pop(rest.index("--keep") + 1))
        rest.remove("--keep")
        keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        work, faults = Path(folder), []
        executable = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        with jupyterlab(work) as server:
            for name in rest or NOTEBOOKS: faults += opened(browser, server, name, work, keep)
        browser.close()
    print(f"{len(rest or NOTEBOOKS)} notebooks in JupyterLab: {len(faults)} faults")
    if faults: sys.exit("\n".join(faults))


if __name__ == "__main__": main(*sys.argv[1:])
