"""What a whole build costs beside reading the same PDFs with bare pdfplumber."""
