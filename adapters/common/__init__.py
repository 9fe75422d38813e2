"""What is the same for every chat platform: paces and budgets, work behind an answer, texts."""
