"""The words in which two experiments are compared, English or Chinese."""

from __future__ import annotations

TEXT = {
    "en": {
        "title": "What differs", "nothing": "Nothing differs: data, parameters, policies and code are the same.",
        "data": "data", "parameter": "parameter", "policy": "policy", "code": "code", "data and code": "data and code",
        "design": "not comparable (design)", "more": "... and {count} more lines (--csv FILE writes all)",
        "missing": "{folder}: {count} of {total} blocks are missing ({blocks}); what is there is used",
        "changes": "Change of targets, B - A, on {seeds} common seeds", "target": "{name}, by {by} ({unit})",
        "change": "change", "interval": "95 % interval", "met": "met in",
        "part": "Parts of the change, on {seeds} seeds",
        "only": "Only {group} differs: every change is its part.",
        "several": "{groups} differ: --effects simulates which part each explains.",
        "unexplained": "Nothing recorded explains these changes.", "same": "No target changes.",
        "unknown": "unknown to this version, counted with the code: {paths}", "files": "written: {files}",
        "none due": "No target is due by {end}, where the shorter one ends: there is nothing to compare.",
        "items": "{count} in all", "policy_head": "policy", "points": "percentage points", "path": "path",
    },
    "zh": {
        "title": "差异", "nothing": "没有差异：数据、参数、政策和代码均相同。",
        "data": "数据", "parameter": "参数", "policy": "政策", "code": "代码", "data and code": "数据与代码",
        "design": "不可比（设计）", "more": "……另有{count}行（--csv FILE 写出全部）",
        "missing": "{folder}：{total}个区组中缺{count}个（{blocks}），仅使用已有部分",
        "changes": "目标变化（B − A），共同种子{seeds}个", "target": "{name}，{by}年（{unit}）",
        "change": "变化", "interval": "95%区间", "met": "达标占比", "part": "变化的分解，种子{seeds}个",
        "only": "只有{group}不同：全部变化归于此。",
        "several": "{groups}不同：加 --effects 可模拟各自解释的部分。",
        "unexplained": "记录中没有内容能解释这些变化。", "same": "各项目标均无变化。",
        "unknown": "本版本没有、计入代码的内容：{paths}", "files": "已写出：{files}",
        "none due": "较短的一次运行止于{end}，此前没有到期的目标，无可比较。",
        "items": "共{count}项", "policy_head": "政策组合", "points": "百分点", "path": "路径",
    },
}
