"""Ways to break a model so that an accounting identity does not hold: each gives, or is, a change of the model."""

import dataclasses

import numpy as np


def first(flags: np.ndarray) -> int:
    """Row of the first firm of which the flag holds."""
    rows = np.flatnonzero(flags)
    assert len(rows), "the demo run holds no such firm: choose another quarter"
    return int(rows[0])


def put(column, firms, value):
    """Break a column at the first firm for which `firms(model)` holds."""
    def change(model):
        model.columns[column][first(firms(model))] = value(model) if callable(value) else value
    return change


def add(path, amount):
    """Break a number of the model: `path` is its attribute, such as ``bank.repaid``."""
    def change(model):
        *owners, name = path.split(".")
        for each in owners:
            model = getattr(model, each)
        setattr(model, name, getattr(model, name) + amount)
    return change


def scale(owner, field, factor):
    """Break a field of the market's frozen accounts or dispatch."""
    def change(model):
        old = getattr(model.market, owner)
        setattr(model.market, owner, dataclasses.replace(old, **{field: getattr(old, field) * factor}))
    return change


def record(name, factor, back=1):
    """Break the record: the last row, or an earlier one."""
    def change(model):
        model.rows[-back][name] *= factor
        model.rows[-back][name] += model.rows[-back][name] == 0.0
    return change


def alive_in(group):
    return lambda model: model.columns["alive"] & (model.columns["bottleneck"] == group)


def dead(model):
    return ~model.columns["alive"] & (model.columns["arrival"] < model.quarter)


def unseen_exit(model):
    model.left[first(dead(model) & ~model.left)] = True


def move_loan(model):
    c = model.columns
    borrower, gone = first(c["loan"] > 0.0), first(dead(model))
    for name in ("loan", "loan_guaranteed"):
        c[name][gone], c[name][borrower] = c[name][borrower], 0.0


def overdraw(model):
    model.flows.guarantees_issued = 0.0
    model.pool.paid_in -= model.pool.balance + 1.0
    model.pool.balance = -1.0


def book(model):
    model.ledger._booked[(model.quarter - 1) // 4, "diagnosis", "province", "outlay"] += 1.0


def cut_budget(model):
    assert model.ledger.spent("retrofit_subsidy", (model.quarter - 1) // 4) > 0.0
    model.ledger.appropriate("retrofit_subsidy", (model.quarter - 1) // 4, 0.0)


def work_on_nothing(model):
    c = model.columns
    idle = np.flatnonzero(c["alive"] & (c["stage"] == 0))
    model.in_project[first(np.isin(model.options.firm, idle) & ~model.adopted)] = True


def adopt_in_work(model):
    model.mark_adopted(np.atleast_1d(first(model.in_project)), True)


def volume(name, value):
    return lambda model: model.market.volumes.__setitem__(name, value)


def award(book, factor):
    return lambda model: getattr(model.buyer, book).__setitem__(
        "government", getattr(model.buyer, book)["government"] * factor
    )


def move_out_of_park(model):
    c = model.columns
    c["park"][first((c["park"] >= 0) & (c["prefecture"] > 0))] = 0


def refuse_an_absent_incumbent(model):
    model.refused[first(dead(model) & ~model.left)] = True


def use_waste_twice(model):
    model.waste.utilised[model.block.waste.names.index("other")] *= 3.0
