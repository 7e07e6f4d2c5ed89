"""Stages: each a plain function over the house that works on what is not done yet; Airflow only says when."""
