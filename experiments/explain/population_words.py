"""What is compared between the drawn firms and their tables, in Chinese; English is the key itself."""

from __future__ import annotations

QUANTITIES_ZH = {
    "share of firms": "占企业数",
    "share of revenue": "占营业收入",
    "share of energy": "占能耗",
    "Hill exponent of the top 10 %": "前10%企业的希尔指数",
    "median revenue": "营业收入中位数",
    "sd of ln revenue": "营业收入对数的标准差",
    "share of firms in parks": "园区内企业占比",
    "share of revenue in parks": "园区内营业收入占比",
    "exports in revenue": "出口占营业收入",
    "clause II-11 members": "II-11任务涉及的企业占比",
    "key-chain members": "重点产业链企业占比",
    "mean equipment age, old firms": "原有企业设备平均年龄",
    "cells of sector x prefecture off the table": "行业×市（州）企业数与表不符的格",
    "sector revenue, largest deviation": "分行业营业收入的最大偏差",
    "prefecture revenue, largest deviation": "分市（州）营业收入的最大偏差",
    "sector energy by carrier, largest deviation": "分行业分品种能耗的最大偏差",
    "process CO2": "工业过程二氧化碳",
    "prefecture direct CO2, largest deviation": "分市（州）直接二氧化碳的最大偏差",
    "prefectures with direct CO2 within 20 %": "直接二氧化碳偏差在20%以内的市（州）",
    "green factories": "绿色工厂",
    "mean revenue of green factories to all firms": "绿色工厂户均营业收入与全部企业之比",
    "share of green factories in revenue": "绿色工厂占营业收入",
}

GROUPS_ZH = {
    "all": "全部", "not state": "非国有", "large": "大型", "medium": "中型", "small": "小型", "micro": "微型",
    "state": "国有及国有控股", "foreign": "外商及港澳台", "private": "私营", "other_domestic": "其他内资",
}

INSIDE = {"en": ("no", "yes"), "zh": ("否", "是")}
"""Whether a drawn figure is inside its range."""


def in_words(quantity: str, group: str, lang: str) -> tuple[str, str]:
    """A compared quantity and its group of firms in the language asked for."""
    if lang == "zh":
        return QUANTITIES_ZH[quantity], GROUPS_ZH[group]
    return quantity, group.replace("_", " ")
