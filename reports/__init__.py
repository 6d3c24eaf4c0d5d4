"""Official forms from the ledger: a form is data, a figure is counted and opens onto its entries."""
