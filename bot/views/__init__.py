"""Records and errors turned into cards. Every sentence that a person reads is written in this package.

The tone: kind, plain, short and true; one idea a card; permission before advice, and never a reprimand.
"""
