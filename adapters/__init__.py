"""The chat platforms and the ticker: they translate between a platform and the core, and decide nothing."""
