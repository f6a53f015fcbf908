"""What is printed: the call sheet, the plan, the note, and a whole recovery; as a page and as a PDF."""
