"""Words, places, routes and actors as data; every file carries who wrote it, when, and when it is to be read again."""
