"""The method, pure: values in, values out."""
