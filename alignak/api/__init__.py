"""The endpoints each role answers, declared as values."""
