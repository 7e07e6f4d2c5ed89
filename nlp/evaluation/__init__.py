"""How good the tags are: figures on labelled files, and functional tests that an analyst may add to."""
