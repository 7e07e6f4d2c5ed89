"""`falselight run`: the main job from one command, with the sample's local web, a mail server and Airflow's processes."""
