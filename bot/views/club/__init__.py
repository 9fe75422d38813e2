"""Every sentence that a club says, in its channel and in private."""
