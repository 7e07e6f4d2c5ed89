"""The spaCy pipeline's parts; this package itself imports no spaCy, its modules do."""
