"""What members and facilitators do in a club."""
