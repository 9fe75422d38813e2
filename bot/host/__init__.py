"""What the host runs and reads: settings, the running process, backups, reports."""
