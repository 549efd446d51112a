"""The report of a result folder: one self-contained page, a two-page brief, a workbook."""
