"""The application service that adapters call: it runs commands on a member's book, saves once and responds."""
