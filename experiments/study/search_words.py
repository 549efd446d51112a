"""The words in which a policy search is told, in English and Chinese."""

from __future__ import annotations

WORDS = {
    "en": {
        "question": "Which mixes come closest to {number} targets ({targets}) at what public cost?",
        "context": "Settings of {policy} were chosen in {tried} candidates over {generations} generations on seeds "
                   "{first}-{last}, then tried again on fresh seeds {fresh_first}-{fresh_last}. Province {province}, "
                   "scenarios: {scenarios}. All figures below are from the fresh seeds.",
        "cheapest": "Cheapest mix of the front: {name}, {cost}; it falls short by {shortfall} % of what is asked for, "
                    "the mean over the targets.",
        "best": "Closest to the targets: {name}, {cost}; it falls short by {shortfall} %.",
        "base": "{name} as it stands: {cost}; it falls short by {shortfall} %.",
        "beats": "On average cheaper than {policy} as it stands and no further from the targets: {names}.",
        "all met": "All targets are met most often by {name}: in {met} of {draws} fresh draws{interval}.",
        "none met": "No mix meets all targets in any of {draws} fresh draws{interval}.",
        "optimism": "Search less fresh, mean over the mixes and against the policy as it stands: cost {cost} m CNY, "
                    "shortfall {shortfall} points; negative: the search was lucky. Beaten on fresh seeds: {beaten}.",
        "nobody": "none", "settings": "The mixes: settings from 2026 on", "setting": "setting",
        "fresh": "On fresh seeds (redirected: purchases steered to green factories, no public cost)",
        "luck": "Is it luck? Less {policy} as it stands: {quantity}, mean ± half of its 95 % interval",
        "name": "mix", "cost": "public cost,\nm CNY", "redirected": "redirected,\nm CNY", "shortfall": "shortfall,\n%",
        "missed": "targets\nmissed, %", "all": "draws that\nmeet all", "remark": "", "beaten": "beaten",
        "robust": "robust", "of cost": "public cost, m CNY", "of shortfall": "shortfall, percentage points",
        "search": "search", "new": "fresh", "lost": "search less fresh",
        "regret": "Regret against the best mix in each scenario: public cost, m CNY · {merit}, percentage points",
        "of merit shortfall": "shortfall", "of merit missed": "targets missed",
        "largest": "largest, of the\nweighted loss",
        "robust line": "Robust choice (smallest largest regret) at cost weight {weight:g}: {name}. By weight of public "
                       "cost: {by_weight}. The weight is a judgement of value, not a result.",
        "tables": "tables",
    },
    "zh": {
        "question": "哪些政策组合以多少财政成本最接近{number}项目标（{targets}）？",
        "context": "在种子{first}—{last}上对{policy}的设置寻优，{generations}代共{tried}个候选，"
                   "再用新种子{fresh_first}—{fresh_last}复核。省份{province}，情景：{scenarios}。以下数字均来自新种子。",
        "cheapest": "前沿上成本最低：{name}，{cost}；各目标平均缺口为要求的{shortfall}%。",
        "best": "最接近目标：{name}，{cost}；平均缺口{shortfall}%。",
        "base": "{name}原设定：{cost}；平均缺口{shortfall}%。",
        "beats": "平均而言成本低于{policy}原设定且缺口不更大：{names}。",
        "all met": "全部目标同时达标最多的是{name}：新种子{draws}次抽样中{met}次{interval}。",
        "none met": "新种子{draws}次抽样中，没有组合使全部目标同时达标{interval}。",
        "optimism": "寻优减复核（各组合平均，相对原设定）：成本{cost}百万元，缺口{shortfall}个百分点；"
                    "负值表示寻优时占了运气。复核中被其他组合全面超过：{beaten}。",
        "nobody": "无", "settings": "各组合：2026年起的设置", "setting": "设置",
        "fresh": "新种子复核结果（转向采购：转向绿色工厂的采购额，不计财政成本）",
        "luck": "是否只是运气：与{policy}原设定之差，{quantity}，均值±95%区间半宽",
        "name": "组合", "cost": "财政成本\n（百万元）", "redirected": "转向采购\n（百万元）",
        "shortfall": "缺口\n（%）", "missed": "未达标目标\n（%）", "all": "全部达标\n次数", "remark": "",
        "beaten": "被超过", "robust": "稳健", "of cost": "财政成本（百万元）", "of shortfall": "缺口（百分点）",
        "search": "寻优", "new": "复核", "lost": "寻优减复核",
        "regret": "各情景下相对最优组合的后悔值：财政成本（百万元）· {merit}（百分点）",
        "of merit shortfall": "缺口", "of merit missed": "未达标目标",
        "largest": "加权损失的\n最大后悔值",
        "robust line": "稳健选择（最大后悔值最小），成本权重{weight:g}：{name}。按成本权重：{by_weight}。"
                       "权重是价值判断，不是结果。",
        "tables": "结果文件",
    },
}  # fmt: skip
