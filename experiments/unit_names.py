"""Units as a reader of Chinese writes them; English is the key itself."""

UNITS_ZH = {
    # counts and rates of counts
    "firms": "家", "firms per year": "家/年", "firms/yr": "家/年", "firms per industry": "家/行业",
    "firms/yr per industry": "家/年·行业", "firms/quarter per team": "家/季·队", "factories": "家",
    "factories/yr": "家/年", "providers": "家", "makers": "家", "leaders": "家", "mills": "家", "parks": "个",
    "parks/yr": "个/年", "sites": "个", "clusters": "个", "divisions": "个行业", "chains": "条", "teams": "支",
    "managers": "人", "managers/yr": "人/年", "projects": "项", "projects per year": "项/年", "projects/yr": "项/年",
    "measures": "项", "pilots": "项", "pilots/yr": "项/年", "standards": "项", "standards per year": "项/年",
    "standards/yr": "项/年", "cells": "格", "prefectures": "个",
    # money
    "m CNY": "百万元", "m CNY/yr": "百万元/年", "m CNY per firm": "百万元/户", "m CNY per park": "百万元/个",
    "m CNY per unit": "百万元/个", "ln m CNY": "ln百万元", "CNY/MWh": "元/兆瓦时", "CNY/t": "元/吨",
    "CNY/yr": "元/年",
    # energy, emissions, waste
    "tce": "吨标准煤", "tce/yr": "吨标准煤/年", "MWh": "兆瓦时", "MWh/yr": "兆瓦时/年", "MW": "兆瓦", "t": "吨",
    "t/yr": "吨/年", "Mt": "百万吨", "Mt/yr": "百万吨/年", "kWp/m CNY": "千瓦/百万元", "tCO2/MWh": "吨二氧化碳/兆瓦时",
    "tCO2/tce": "吨二氧化碳/吨标准煤", "tce per 10k CNY (2025 prices)": "吨标准煤/万元（2025年价）",
    "tCO2 per 10k CNY (2025 prices)": "吨二氧化碳/万元（2025年价）",
    # shares and changes
    "share": "占比", "share of the 2025 stock": "2025年存量占比", "% of 2025": "2025年的%", "%-points": "百分点",
    "percentage points/yr": "个百分点/年", "share a year": "占比/年", "share of capex": "占设备投资",
    "share of consumption": "占用电量", "share of cost": "占成本", "share of exposed exports": "占有要求的出口",
    "share of firms": "占企业数", "share of government goods": "占政府货物采购",
    "share of listed investment": "占清单投资", "share of loan a year": "占贷款/年", "share of loss": "占损失",
    "share of over-age stock a year": "占超期设备/年", "share of payback_slope": "占payback_slope",
    "share of pool": "占资金池", "share of price": "占价格", "share of project cost": "占项目投资",
    "share of purchases": "占采购额", "share of reserved purchases": "占预留采购",
    "share of revenue a year": "占营业收入/年", "share of saving": "占节能量", "share per sd": "占比/标准差",
    "share of substitution cost a year": "占替代成本/年", "share of voucher value": "占消费券金额",
    "share per standard": "占比/项标准",
    # time, statistics, scores
    "years": "年", "quarters": "季", "1/yr": "/年", "1/quarter": "/季", "1/sqrt(yr)": "/年的平方根",
    "1/yr per firm": "/年·家", "sd": "标准差", "sd/yr": "标准差/年", "sd per sd": "标准差/标准差", "ratio": "倍",
    "elasticity": "弹性", "weight": "权重", "points": "分", "points per sd": "分/标准差", "0/1": "0/1", "ln": "对数",
    "per ln": "/对数单位", "per ln revenue": "/收入对数", "per sd": "/标准差", "logit": "logit",
    "logit per ln": "logit/对数单位", "logit per sd": "logit/标准差", "logit per CNY/MWh": "logit/（元/兆瓦时）",
}


def unit_name(unit: str, lang: str) -> str:
    """A unit in the language of the run; as it is where Chinese has no other word."""
    return UNITS_ZH.get(unit, unit) if lang == "zh" else unit
