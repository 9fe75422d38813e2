"""Stores for the members' books and the clubs."""
