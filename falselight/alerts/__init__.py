"""Alerts: rules (data) → findings → incidents → mails in the outbox → a mail server. Digests go the same way.

`load_book`, the methods of `Watch`, and `send_due` are the steps; each can be killed and repeated.
falselight/stages/alert.py takes them one after the other.
"""
