"""The stores: where the members' books are kept."""
