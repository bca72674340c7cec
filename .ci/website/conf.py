"""Sphinx's settings; the pages come from `.ci/docs.py`."""
import json
import os
from configparser import ConfigParser
from pathlib import Path

from code_links import linked
from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

HERE = Path(os.environ["AGROPEST_WEBSITE"])
_config = ConfigParser(delimiters=["="])
_config.read(HERE.parents[1]/"settings.ini", encoding="utf-8")
_cfg = _config["DEFAULT"]

project, author, copyright = _cfg["lib_name"], _cfg["author"], _cfg["copyright"]
version = release = _cfg["version"]
language = "en"
smartquotes = False
highlight_language = "text"
extensions = ["myst_parser", "sphinx_copybutton", "sphinx.ext.githubpages"]
myst_enable_extensions = ["colon_fence", "dollarmath", "attrs_inline"]
myst_heading_anchors = 4
suppress_warnings = []
nitpicky = True
nitpick_ignore_regex = [("py:class", r".*")]   # Types of other packages have no page here
exclude_patterns = []
add_module_names = False
python_maximum_signature_line_length = 84
toc_object_entries_show_parents = "hide"
html_math_renderer = "mathml"

html_theme = "furo"
html_title = f"{project} {version}"
html_baseurl = _cfg["doc_host"] + _cfg["doc_baseurl"] + "/"
html_static_path = [str(HERE/"static")]
html_extra_path = ["extra"]
html_css_files, html_js_files = ["style.css"], ["script.js"]
html_favicon = html_logo = str(HERE/"static"/"logo.svg")
html_copy_source = html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
pygments_style, pygments_dark_style = "friendly", "github-dark"
copybutton_selector = "div:not(.output) > div.highlight > pre"
NOTEBOOK_OF = json.loads((Path(__file__).parent/"notebooks.json").read_text(encoding="utf-8"))
ADDRESSES = json.loads((Path(__file__).parent/"names.json").read_text(encoding="utf-8"))
GREEN, LIGHT_GREEN = "#2f6b3a", "#8fce9a"
html_theme_options = {
    "source_repository": _cfg["git_url"], "source_branch": _cfg["branch"], "source_directory": "nbs",
    "top_of_page_buttons": ["edit"],
    "light_css_variables": {"color-brand-primary": GREEN, "color-brand-content": GREEN, "color-brand-visited": GREEN},
    "dark_css_variables": {"color-brand-primary": LIGHT_GREEN, "color-brand-content": LIGHT_GREEN, "color-brand-visited": LIGHT_GREEN},
    "footer_icons": [{"name": "GitHub", "url": _cfg["git_url"], "html": "GitHub", "class": ""}],
}


def math(self, node) -> None:
    "Formulas as MathML, which browsers draw by themselves"
    self.body.append(tex2mathml(node.astext(), as_block=node.tagname == "math_block"))
    raise SkipNode


def edit_link(app, pagename, templatename, context, doctree) -> None:
    "To the notebook that a page was made from"
    source = NOTEBOOK_OF.get(pagename)
    base = f"{_cfg['git_url']}/edit/{_cfg['branch']}/"
    context["theme_source_edit_link"] = base + source if source else ""
    if not source: context["page_source_suffix"] = ""


def code_links(app, pagename, templatename, context, doctree) -> None:
    "Names in code lead to their pages"
    if pagename in ADDRESSES: context["body"] = linked(context["body"], ADDRESSES[pagename])


def setup(app) -> None:
    app.add_html_math_renderer("mathml", (math, None), (math, None))
    app.connect("html-page-context", code_links)
    app.connect("html-page-context", edit_link, priority=900)
