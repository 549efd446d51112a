"""What the model consists of, as tables on the terminal: `greenmill explain <topic>`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.explain.clauses import clause_rows, show_clauses
from experiments.explain.figures import measures, parameters, targets
from experiments.explain.model import indicators, phases, population, scenarios
from experiments.explain.policies import policies, policy_differences
from experiments.explain.rows import Rows, title_text
from experiments.tables.terminal import WIDTH
from sim.errors import ConfigError, Problem, nearest_name
from sim.preparation import Inputs, load_inputs

MOST_COLUMNS, BELOW = 7, "label"
"""From how many columns on which one stands below its row."""
LONG_WORD = 15
"""Terminal columns up to which a word is not broken."""
OPTIONS = {"province": "sichuan", "scenario": "reference", "lang": "en"}
"""Settings that `explain` takes, with their defaults."""

HEADS_ZH = {
    "phase": "阶段",
    "what it does": "内容",
    "policy": "政策",
    "scenario": "情景",
    "name": "名称",
    "about": "说明",
    "parameter": "参数",
    "value": "取值",
    "unit": "单位",
    "range": "范围",
    "grade": "等级",
    "source": "来源",
    "label": "含义",
    "measure": "措施",
    "class": "类别",
    "sectors": "行业",
    "payback, years": "回收期（年）",
    "adopted 2025": "2025年采用率",
    "target": "目标",
    "definition": "口径",
    "asks for": "要求",
    "by": "期限",
    "clause": "条款",
    "indicator": "指标",
    "setting": "设置",
    "from": "起始",
    "in force": "现行",
    "here": "本政策",
    "quantity": "项目",
    "group": "分组",
    "table": "表中值",
    "low": "下限",
    "high": "上限",
    "drawn": "生成值",
    "inside": "在范围内",
}
"""Chinese column headings; the key is the English one."""

TOPICS: Mapping[str, Callable[[Inputs, str], Rows]] = {
    "phases": phases,
    "policies": policies,
    "scenarios": scenarios,
    "parameters": parameters,
    "measures": measures,
    "targets": targets,
    "indicators": indicators,
    "population": population,
    "clauses": clause_rows,
}
"""What can be explained, by the word on the command line."""


def show(topic: str, words: Sequence[str]) -> None:
    """Print the table of one topic.

    Args:
        topic: a key of `TOPICS`.
        words: settings of `OPTIONS` as name=value, and words that narrow the table down; with the topic
            policies, names of policies, whose differences from `current` are then listed.

    Raises:
        ConfigError: for an unknown setting, province, scenario or policy, and for words that no entry contains.
    """
    options, wanted = _read(words)
    inputs = load_inputs(options["province"], options["scenario"])
    lang = options["lang"]
    if topic == "policies" and wanted:
        tables = {name: policy_differences(inputs, name, lang) for name in wanted}
    else:
        rows = TOPICS[topic](inputs, lang)
        # II-3 is not to bring III-3 along.
        named = [row for row in rows if topic == "clauses" and row["clause"] in wanted]
        tables = {topic: named or _narrowed(rows, wanted)}
        if not tables[topic]:
            raise ConfigError([_no_entry(topic, wanted, rows)])
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for title, rows in tables.items():
        if topic == "clauses":
            show_clauses(rows, inputs, console, lang)
        else:
            console.print(_table(title, rows, lang))


def _read(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Tell settings from words that narrow down."""
    given = dict(word.split("=", 1) for word in words if "=" in word)
    problems = [
        Problem("", key, None, f"explain takes {', '.join(OPTIONS)}", nearest_name(key, OPTIONS))
        for key in given
        if key not in OPTIONS
    ]
    if given.get("lang", "en") not in ("en", "zh"):
        problems.append(Problem("", "lang", given["lang"], "en or zh is needed"))
    if problems:
        raise ConfigError(problems)
    return {**OPTIONS, **given}, [word for word in words if "=" not in word]


def _no_entry(topic: str, words: Sequence[str], rows: Rows) -> Problem:
    """What is wrong with words that no row contains, with the name in the first column most like the last of them."""
    names = sorted({name for row in rows for name in str(next(iter(row.values()))).split()})
    text = f"greenmill explain {topic} has no entry with {'this word' if len(words) == 1 else 'all these words'}"
    return Problem("", "word", " ".join(words), text, nearest_name(words[-1], names) if words else "")


def _narrowed(rows: Rows, words: Sequence[str]) -> Rows:
    """Rows in which every word occurs, whatever the case."""
    return [
        row for row in rows if all(word.lower() in " ".join(map(str, row.values())).lower() for word in words)
    ]


def _table(title: str, rows: Rows, lang: str) -> Table:
    """A table within 100 columns: where there are many columns, the label stands on a line of its own below its row."""
    table = Table(
        title=title_text(title, rows, lang), title_justify="left", box=None, pad_edge=False, header_style="bold"
    )
    heads = list(rows[0]) if rows else []
    below = BELOW if len(heads) > MOST_COLUMNS and BELOW in heads else None
    for head in (head for head in heads if head != below):
        name = HEADS_ZH.get(head, head) if lang == "zh" else head
        lines = [line for row in rows for line in str(row[head]).splitlines()]
        # Keys and short words are never broken; texts may be, between words, and what stands below them.
        words = all(line.isascii() and " " not in line for line in lines)
        unbroken = [word for line in lines for word in line.split() if word.isascii()]
        longest = max(map(cell_len, [*name.split(), *unbroken]))
        width = longest if words and (not table.columns or longest <= LONG_WORD) else None
        table.add_column(
            name, overflow="fold", width=width, min_width=min(longest, LONG_WORD),
            no_wrap=width is not None and " " not in name, vertical="top",
        )
    for row in rows:
        table.add_row(*(Text(str(value)) for head, value in row.items() if head != below))
        if below:
            table.add_row(Text(f"  {row[below]}", style="dim"))
    return table
