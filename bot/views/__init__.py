"""Cards built from records and errors. Every sentence that a member reads is written in this package.

The tone: kind, plain, short and true; one idea a card; permission before advice, and never a reprimand.
"""
