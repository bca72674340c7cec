"""Simulates Google Colab: an environment with its packages, then `pip install .`, and none of them may be replaced.

python .ci/colab.py FOLDER [NOTEBOOK …]   makes the environment there, installs, compares; runs the notebooks in it with papermill
python .ci/colab.py --pins FILE           takes the versions of colab-constraints.txt from a newer pip-freeze.gpu.txt

Colab's Python makes the environment (3.13 in 2026-08): PYTHON=python3.13 python .ci/colab.py /tmp/colab
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT/".ci"/"colab-constraints.txt"


def versions(text: str) -> dict:
    "Name as pip compares names → version, of a list as `pip freeze` writes it; what follows a `+` says how it was built"
    found = re.findall(r"^([\w.-]+)==([^\s+]+)", text, re.M)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def take_pins(newer: Path):
    "The same packages, as a newer list has them; its date and commit are for the hand that called this"
    new, lines = versions(newer.read_text()), PINS.read_text().splitlines()
    kept = [line for line in lines if line.startswith("#")]
    kept += [f"{name}=={new[name]}" for name in versions(PINS.read_text()) if name in new]
    PINS.write_text("\n".join(kept) + "\n")


def simulate(place: Path) -> dict:
    "Packages of Colab that `pip install .` replaced: name → (version there, version after it)"
    subprocess.run([os.environ.get("PYTHON", sys.executable), "-m", "venv", place], check=True)
    pip = [str(place/"bin"/"python"), "-m", "pip"]
    freeze = lambda: versions(subprocess.run([*pip, "freeze", "--all"], check=True, capture_output=True, text=True).stdout)
    subprocess.run([*pip, "install", "-q", "-r", str(PINS)], check=True)
    before = freeze()
    subprocess.run([*pip, "install", "-q", str(ROOT)], check=True)
    after = freeze()
    print("installed:", *sorted(set(after) - set(before)))
    return {name: (version, after.get(name)) for name, version in before.items() if after.get(name) != version}


def main(place: str, *notebooks: str):
    if place == "--pins": return take_pins(Path(notebooks[0]))
    place = Path(place).absolute()
    replaced = simulate(place)
    if replaced: sys.exit(f"replaced: {replaced}")
    print("replaced: none")
    for name in notebooks:
        subprocess.run([str(place/"bin"/"papermill"), str(Path(name).absolute()), str(place/Path(name).name)], check=True, cwd=place)


if __name__ == "__main__": main(*sys.argv[1:])
