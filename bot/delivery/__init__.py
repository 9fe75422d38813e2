"""Reminders and club posts on their way: outbox, sender, workers."""
