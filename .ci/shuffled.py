"""Runs notebooks in one process, in an order drawn from a seed, and says what each leaves behind for the next.

python .ci/shuffled.py SEED [PART OF A PATH …]     only notebooks whose path holds one of the parts; --light leaves out trainings
"""
import logging
import os
import random
import sys
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
os.environ["IN_TEST"] = "1"
TRAININGS = ("nbs/train", "nbs/reproduce", "nbs/explain/killed", "nbs/explain/reproducibility", "nbs/explain/own_engine")
PASSING = ("_", "COLUMNS", "LINES", "MPLBACKEND", "PYDEVD_")   # Variables that come and go with the shell that runs a notebook


def state() -> dict:
    "What a notebook can change for those that run after it in the same process"
    import numpy as np
    import pandas as pd
    import torch
    from PIL import Image
    from agropest.compare import case
    from agropest.runs import recipe
    return {
        "environment": {k: v for k, v in os.environ.items() if not k.startswith(PASSING)},
        "folder": os.getcwd(),
        "PIL's bound": Image.MAX_IMAGE_PIXELS,
        "threads": torch.get_num_threads(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "precision": (torch.get_float32_matmul_precision(), torch.get_default_dtype(), torch.is_grad_enabled()),
        "NumPy's errors": np.geterr(),
        "modules of the package": {n: id(m) for n, m in sys.modules.items() if n.startswith("agropest")},
        "kinds of run": {name: id(kind) for name, kind in recipe.KINDS.items()},
        "rules": {name: id(rule) for name, rule in case.RULES.items()},
        "logging": (logging.root.level, logging.getLogger("papermill").level, len(logging.root.handlers)),
        "warnings": len(warnings.filters),
        "pandas": (pd.get_option("display.max_colwidth"), pd.get_option("display.precision")),
    }


def left_behind(before: dict, after: dict) -> dict:
    "What is other than before; a module that was imported for the first time isn't"
    changed = {}
    for key, value in after.items():
        if not isinstance(value, dict):
            if value != before[key]: changed[key] = (before[key], value)
            continue
        both = value.keys() & before[key].keys()
        names = sorted(k for k in both if value[k] != before[key][k])
        if key not in ("modules of the package",): names += sorted(value.keys() ^ before[key].keys())
        if names: changed[key] = names
    return changed


def main(seed: int, *parts: str):
    from nbdev.config import get_config
    from nbdev.test import test_nb
    light = "--light" in parts
    parts = [part for part in parts if part != "--light"]
    config = get_config()
    found = sorted(p for p in (ROOT/"nbs").rglob("*.ipynb") if not any(x.startswith((".", "_")) for x in p.relative_to(ROOT).parts))
    chosen = [p for p in found if not parts or any(part in p.as_posix() for part in parts)]
    if light: chosen = [p for p in chosen if not p.relative_to(ROOT).as_posix().startswith(TRAININGS)]
    random.Random(seed).shuffle(chosen)
    failed, skipped = [], set(config.tst_flags.split())
    for path in chosen:
        before, started = state(), time.time()
        passed, _ = test_nb(path, skip_flags=skipped, force_flags=set(), basepath=ROOT)
        changed = left_behind(before, state())
        if not passed: failed.append(path)
        os.chdir(ROOT)
        name = path.relative_to(ROOT).as_posix()
        print(f"{'passed' if passed else 'FAILED'} {name} ({time.time() - started:.0f} s) {changed or ''}", file=sys.stderr, flush=True)
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed", file=sys.stderr)
    sys.exit(bool(failed))


if __name__ == "__main__": main(int(sys.argv[1]), *sys.argv[2:])
