"""Builds the wheel, and uses it as somebody who has no clone: python .ci/wheel.py

It is installed without its requirements beside those of the active environment, in a folder elsewhere:
its files and its description, the command, the notebooks, two JSON files measured and compared without torch.
"""
import email
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN_NOTEBOOKS = ("tutorial", "prepare", "train", "evaluate", "detect", "mend", "compare", "study", "reproduce")
HIDE_TORCH = '''import sys
from importlib.machinery import PathFinder

class Hiding(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in ("torch", "torchvision", "lightning_fabric"): return None
        return super().find_spec(name, path, target)

sys.meta_path[:] = [Hiding if finder is PathFinder else finder for finder in sys.meta_path]
'''


def told(message: str, ok: bool) -> None:
    "A line for what was looked at; the first that is wrong ends it"
    print(f"{'passed' if ok else 'FAILED'}: {message}", flush=True)
    if not ok: sys.exit(1)


def build(folder: Path) -> Path:
    "The wheel, from a copy of the clone, since building leaves folders behind"
    listed = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    for name in filter(None, names):
        if not (ROOT/name).is_file(): continue
        (folder/"clone"/name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT/name, folder/"clone"/name)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, folder/"clone"]
    subprocess.run(pip, check=True)
    return next(folder.glob("*.whl"))


def check_content(wheel: Path) -> None:
    "Are the notebooks in it as they are in the clone, and do the description's links hold elsewhere?"
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
        same = [files.read(f"agropest/notebooks/{name}.ipynb") == (ROOT/"nbs"/f"{name}.ipynb").read_bytes()
                for name in RUN_NOTEBOOKS]
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        about = email.message_from_string(files.read(metadata).decode())
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT/"agropest").rglob("*.py")}
    told(f"{wheel.name} has the {len(same)} run notebooks as they are", all(same))
    told("the small weights are in it", "agropest/pretrained/creatures.pth" in names)
    told(f"its modules are the clone's {len(modules)}", modules == {n for n in names if n.endswith(".py")})
    told("License-Expression is Apache-2.0", about["License-Expression"] == "Apache-2.0")
    links = re.findall(r"\]\(([^)]*)\)", about.get_payload())
    near = [link for link in links if not re.match("https?:|#", link)]
    told(f"no link of its description is relative {near or ''}", not near)


def install(wheel: Path, folder: Path) -> Path:
    "The wheel in an environment that sees the packages of this one, but not the clone; its programs"
    venv.create(folder, with_pip=False)
    places = dict(base=str(folder), platbase=str(folder))
    site = Path(sysconfig.get_path("purelib", "venv", places))
    (site/"others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (site/"hide_torch.py").write_text(HIDE_TORCH)
    (site/"hide_torch.pth").write_text("import hide_torch\n")   # Not sitecustomize: a system may have one of its own
    programs = Path(sysconfig.get_path("scripts", "venv", places))
    subprocess.run([sys.executable, "-m", "pip", "--python", programs/"python", "install", "-q", "--no-deps",
                    "--force-reinstall", wheel], check=True)
    return programs


def write_inputs(python: Path, folder: Path) -> None:
    "A ground truth and two results files for it"
    program = '''import json
from agropest.data import coco_dict, read_dataset
from agropest.synth.dataset import agropest_mini
from agropest.synth.detector import simulated_predictions
mini = read_dataset(agropest_mini())
json.dump(coco_dict(mini, "test"), open("truth.json", "w"))
json.dump(simulated_predictions(mini, "test"), open("before.json", "w"))
json.dump(simulated_predictions(mini, "test", seed=1), open("after.json", "w"))'''
    subprocess.run([python, "-c", program], cwd=folder, check=True)


def use(programs: Path, folder: Path) -> None:
    "What a newcomer does first"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def run(*arguments):
        return subprocess.run([programs/arguments[0], *arguments[1:]], cwd=folder, env=environment,
                              capture_output=True, text=True)

    where = run("python", "-c", "import agropest; print(agropest.__file__)").stdout
    told("the package that is imported is the wheel's", str(programs.parent) in where)
    started = time.time()
    told("agropest --help", run("agropest", "--help").returncode == 0)
    told(f"within a second ({time.time() - started:.1f} s; 3 are let pass)", time.time() - started < 3)
    copied = run("agropest", "notebooks", "here")
    there = {path.stem for path in (folder/"here").glob("*.ipynb")}
    told("agropest notebooks", copied.returncode == 0 and there == {*RUN_NOTEBOOKS})
    needed = run("python", "-m", "agropest", "requirements").stdout.split()
    told(f"{len(needed)} requirements without torch", bool(needed) and not any(n.startswith("torch") for n in needed))
    told("torch is hidden", "No module named 'torch'" in run("python", "-c", "import torch").stderr)
    write_inputs(programs/"python", folder)
    files = ["-p", "truth", "truth.json"]
    measured = run("agropest", "evaluate", "-p", "predictions", "before.json", *files, "-p", "out", "measured")
    told(f"two files measured {measured.stderr}", measured.returncode == 0)
    told("their AP", json.loads((folder/"measured"/"results.json").read_text())["full"]["AP"] > 0)
    compared = run("agropest", "compare", "told.ipynb", "-p", "a", "before.json", "-p", "b", "after.json", *files,
                   "-p", "resamples", "200", "-p", "out", "compared")
    told(f"two files compared {compared.stderr}", compared.returncode == 0)
    told("the page of the comparison", (folder/"compared"/"compare.html").exists())
    untrained = run("agropest", "train", "-p", "run", "1")
    said = untrained.stderr.splitlines()[-1]
    told(f"training says what it lacks: {said}", untrained.returncode == 1 and "needs PyTorch" in said)


def main() -> None:
    started = time.time()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        wheel = build(folder)
        check_content(wheel)
        programs = install(wheel, folder/"venv")
        (folder/"elsewhere").mkdir()
        use(programs, folder/"elsewhere")
    print(f"{time.time() - started:.0f} s")


if __name__ == "__main__": main()
