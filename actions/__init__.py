"""Rasa's custom actions: each takes the tracker apart, asks medpath.answering and sends what comes back."""

import sys

# Where `rasa run actions` comes by. rasa-sdk's own server would let any page of the web run these actions.
if "rasa_sdk.endpoint" in sys.modules:
    sys.exit(
        "medpath: `rasa run actions` has none of the guards of Medpath's own action server. Start both servers with "
        "`medpath run`, or this one alone with `python -m medpath.serving.action_server PORT`."
    )
