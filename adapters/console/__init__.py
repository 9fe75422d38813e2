"""The console adapter: the whole bot in a terminal or a pipe, without a token, on a clock that can be moved."""
