"""How the heads came to be: our corpus, and the script that learns from it (`python -m nlp.training.train`)."""
