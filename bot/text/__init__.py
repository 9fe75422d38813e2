"""Parsing and formatting of text: command lines, contact names, dates, time zones, translations."""
