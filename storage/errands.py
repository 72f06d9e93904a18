"""The kinds of what is left to do after the answer (storage/outbox.py).   No library is needed to name them."""

DECIDE = "decide"  # a submission was received and has no verdict
NETWORK = "network"  # the verdict names addresses elsewhere, and whose network they are is not known
NOTICE = "notice"  # somebody is to be told
WEBHOOK = "webhook"  # other systems are to be told
