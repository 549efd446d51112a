"""Who acts and how they decide: firm columns, rules as pure array functions, institutions, and the terms firms face."""
