"""Rasa's custom actions: each takes the tracker apart, asks medpath.answering and sends what comes back."""

import sys

# Where `rasa run actions` comes by. rasa-sdk's own server would let any page of the web run these actions.
if "rasa_sdk.endpoint" in sys.modules:
    from medpath.serving.rasa_actions import take_over

    take_over()
