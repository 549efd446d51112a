"""The words in which a firm is explained, English or Chinese; the numbers come from `sim.explain_firm`."""

from __future__ import annotations

from agents.firm import BOTTLENECKS

CLASS_WORDS = {
    "en": dict(zip(BOTTLENECKS, (
        "does not know of the measures", "knows of them and waits for an opportunity", "found nothing worth its cost",
        "has no open option left", "wanted a project and could not pay for it", "waits for a service provider",
        "has a project under way", "has completed a retrofit round since 2026",
    ), strict=True)),
    "zh": dict(zip(BOTTLENECKS, (
        "不了解可用措施", "已知晓，等待决策时机", "没有划算的措施", "已无可用措施", "有意改造但资金不足",
        "排队等待服务机构", "项目实施中", "2026年以来已完成一轮技改",
    ), strict=True)),
}

JUDGEMENT_COLUMNS = {
    "en": {
        "logit": ("V", "V+taste"), "npv": ("hurdle", "score"), "threshold": ("required", "score"),
        "imitation": ("peers≥", "score"),
    },
    "zh": {
        "logit": ("V", "V+偏好"), "npv": ("要求", "得分"), "threshold": ("要求", "得分"),
        "imitation": ("同行≥", "得分"),
    },
}
"""Headings of the last two columns by rule: what an option is measured against, and by how much it passes."""

TEXT = {
    "en": {
        "head": "Firm {id}: {sector}, {prefecture}; revenue {revenue:,.0f} m CNY a year, {energy:,.0f} tce, "
                "{electricity:,.0f} MWh. State at the end of {quarter}.",
        "gone": "Firm {id} does not exist in this quarter (not yet arrived, or gone).",
        "retrofit": "Retrofit: the firm {why}. Rounds completed since 2026: {rounds}; measures in place: {adopted}.",
        "table": "  Open options by the rule \"{rule}\", best first (last column > 0 means wanted; m CNY, years):",
        "columns": ("measure", "cost", "saving", "payback"),
        "peers": "  Peers that have retrofitted: {share:.1%}.",
        "never": "never",
        "finance": "  Wished project {project:,.2f} m CNY (energy part {capex:,.2f}). Own means {cash:,.2f} m CNY, "
                   "with a loan at most {budget:,.2f} (loan-to-value {ltv:.0%}, debt service). Default probability "
                   "{pd:.2%}; the bank lends up to {alone:.2%}, with the guarantee on offer ({guarantee:.0%}) up to "
                   "{helped:.2%}. Grant {grant:.0%}{condition}.",
        "condition": ", only for projects that add {least:,.0f} m CNY of output (this one: {added:,.1f})",
        "power": "Green power: bought by {sourcing}; delivered green share {share:.1%}, obligation {duty:.0%}.",
        "sourcing": ("nothing", "certificates", "a wind or solar contract", "a tradable-hydro contract"),
        "utilities": "  Utility + taste: {values}.",
        "certified": "Certification: on the list since {since}; score {score:.1f} (threshold {threshold:.0f}).",
        "uncertified": "Certification: not on the list; score {score:.1f} against a threshold of {threshold:.0f}; "
                       "{considers}; net benefit over {horizon:.0f} years {value:,.2f} m CNY (label worth "
                       "{label:,.3f} m CNY a year, award {award:,.2f}).",
        "considers": ("does not consider applying", "considers applying"),
        "chains": "Products and chains: green product {product}, carbon footprint {footprint} (worth "
                  "{product_value:,.3f} and {footprint_value:,.3f} m CNY a year); sales to {leaders} chain leaders, "
                  "{asking} of which ask for proof, {stake:,.3f} m CNY a year at stake.",
        "holds": ("no", "yes"),
    },
    "zh": {
        "head": "企业{id}：{sector}，{prefecture}；年营业收入{revenue:,.0f}百万元，能耗{energy:,.0f}吨标准煤，"
                "用电{electricity:,.0f}兆瓦时。截至{quarter}。",
        "gone": "企业{id}在本季度不存在（尚未进入或已退出）。",
        "retrofit": "技改：该企业{why}。2026年以来完成{rounds}轮；已采用措施：{adopted}。",
        "table": "  可选措施（决策规则：{rule}；从优到劣，末列大于零即愿意采用；金额为百万元）：",
        "columns": ("措施", "投资", "年收益", "回收期"),
        "peers": "  已完成技改的同行占{share:.1%}。",
        "never": "无",
        "finance": "  意向项目{project:,.2f}百万元（其中节能部分{capex:,.2f}）。自有资金{cash:,.2f}百万元，"
                   "加贷款最多可用{budget:,.2f}百万元（贷款成数{ltv:.0%}，并受偿债能力限制）。违约概率{pd:.2%}；银行可接受上限"
                   "{alone:.2%}，按现行担保（{guarantee:.0%}）为{helped:.2%}。补助{grant:.0%}{condition}。",
        "condition": "，仅限新增产值{least:,.0f}百万元以上的项目（本项目{added:,.1f}）",
        "power": "绿色电力：{sourcing}；已交付绿电占比{share:.1%}，消纳责任{duty:.0%}。",
        "sourcing": ("未购买", "购买绿证", "风光绿电合同", "可交易水电合同"),
        "utilities": "  效用加偏好：{values}。",
        "certified": "绿色工厂：自{since}在册；评分{score:.1f}（门槛{threshold:.0f}）。",
        "uncertified": "绿色工厂：不在册；评分{score:.1f}，门槛{threshold:.0f}；{considers}；{horizon:.0f}年净收益"
                       "{value:,.2f}百万元（标识年价值{label:,.3f}百万元，奖励{award:,.2f}百万元）。",
        "considers": ("未考虑申报", "考虑申报"),
        "chains": "产品与产业链：绿色产品认证{product}，碳足迹{footprint}（年价值分别为{product_value:,.3f}和"
                  "{footprint_value:,.3f}百万元）；供应{leaders}家链主企业，其中{asking}家提出绿色要求，"
                  "每年有{stake:,.3f}百万元利润取决于此。",
        "holds": ("无", "有"),
    },
}
