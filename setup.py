"""Reads settings.ini, the one place where the package describes itself."""
import re
import shutil
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
RUN_NOTEBOOKS = ("tutorial", "prepare", "train", "evaluate", "detect", "mend", "compare", "study", "reproduce")
STATUS = {"1": "1 - Planning", "2": "2 - Pre-Alpha", "3": "3 - Alpha", "4": "4 - Beta"}

config = ConfigParser(delimiters=["="])
config.read(ROOT/"settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]
extras = {
    key.removesuffix("_requirements"): value.split()
    for key, value in cfg.items() if key.endswith("_requirements")}


class WithNotebooks(build_py):
    "The package's modules, and the run notebooks beside them; an editable install reads nbs"
    def run(self):
        super().run()
        if getattr(self, "editable_mode", False): return
        target = Path(self.build_lib)/cfg["lib_path"]/"notebooks"
        target.mkdir(parents=True, exist_ok=True)
        for name in RUN_NOTEBOOKS: shutil.copy(ROOT/"nbs"/f"{name}.ipynb", target)


def long_description() -> str:
    "README with links that hold on the package index, which has no pictures and no notebooks"
    text = (ROOT/"README.md").read_text(encoding="utf-8")
    raw = cfg["git_url"].replace("github.com", "raw.githubusercontent.com")
    text = re.sub(r"(!\[[^\]]*\]\()(?!https?:)", rf"\1{raw}/{cfg['branch']}/", text)
    return re.sub(r"(\]\()(?!https?:|#)", rf"\1{cfg['git_url']}/blob/{cfg['branch']}/", text)


# No py.typed: annotations tell readers what is meant (a dict, and what of in the comment beside it),
# and a checker that took them for complete would raise hundreds of false alarms.
setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=long_description(),
    long_description_content_type="text/markdown",
    keywords=cfg["keywords"],
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["doc_host"] + cfg["doc_baseurl"],
    project_urls={
        "Documentation": cfg["doc_host"] + cfg["doc_baseurl"],
        "Source": cfg["git_url"],
        "Issues": cfg["git_url"] + "/issues",
        "Changelog": f"{cfg['git_url']}/blob/{cfg['branch']}/CHANGELOG.md"},
    license_expression="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=[
        f"Development Status :: {STATUS[cfg['status']]}",
        "Framework :: Jupyter",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX :: Linux",
        *(f"Programming Language :: Python :: {v}" for v in cfg["tried_pythons"].split()),
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Topic :: Scientific/Engineering :: Image Recognition"],
    packages=find_packages(include=[cfg["lib_path"], cfg["lib_path"] + ".*"]),
    include_package_data=True,
    cmdclass={"build_py": WithNotebooks},
    entry_points={"console_scripts": ["agropest = agropest.lab.command:main"]},
    python_requires=">=" + cfg["min_python"],
    install_requires=cfg["requirements"].split(),
    extras_require=extras,
    zip_safe=False,
)
