"""What the pages ask for: functions named after what they return."""
