"""Delivery of reminders and club posts: outbox, sender, workers."""
