"""What an adapter talks to: commands run on a member's book, saved once, answered."""
