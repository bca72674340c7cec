"""Runs the notebooks that train nothing, one after another, on any system; what the workflow does on Windows and macOS.

python .ci/light.py [PART OF A PATH …]     only notebooks whose path holds one of the parts
"""
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIGHT = (
    "nbs/api/0", "nbs/api/synth", "nbs/api/data", "nbs/api/health", "nbs/api/runs", "nbs/api/measure", "nbs/api/compare",
    "nbs/api/tracking/00", "nbs/api/tracking/01", "nbs/api/tracking/02_ownership", "nbs/api/lab/00", "nbs/prepare",
    "nbs/tutorial", "nbs/howto/00", "nbs/howto/01", "nbs/howto/02", "nbs/howto/04", "nbs/howto/05", "nbs/howto/06", "nbs/howto/09", "nbs/howto/11", "nbs/howto/14",
    "nbs/explain/metrics", "nbs/explain/findings")


def main(*parts: str):
    from nbdev.config import get_config
    from nbdev.test import test_nb
    os.chdir(ROOT)
    os.environ["IN_TEST"] = "1"
    sys.path.insert(0, str(ROOT))
    flags = set(get_config().tst_flags.split())
    names = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT/"nbs").rglob("*.ipynb"))
    chosen = [n for n in names if n.startswith(LIGHT) and (not parts or any(p in n for p in parts))]
    failed = []
    for name in chosen:
        started = time.time()
        passed, _ = test_nb(ROOT/name, skip_flags=flags, force_flags=set(), basepath=ROOT)
        os.chdir(ROOT)
        if not passed: failed.append(name)
        print(f"{'passed' if passed else 'FAILED'} {name} ({time.time() - started:.0f} s)", flush=True)
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed) or not chosen)


if __name__ == "__main__": main(*sys.argv[1:])
