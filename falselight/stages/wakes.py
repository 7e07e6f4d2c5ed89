"""Names of the assets with which Airflow's DAGs wake each other; state decides what there is to do."""

POSTS_LANDED = "x-falselight://landing/posts"
POSTS_TAGGED = "x-falselight://landing/tags"
POSTS_LINKED = "x-falselight://state/links"
POSTS_INDEXED = "x-falselight://index/posts"
