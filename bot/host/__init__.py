"""What the host uses: settings, the running process, backups, reports."""
