"""Who acts and how they decide: firm columns, decision rules as pure array functions, institutions, and the terms firms face."""
