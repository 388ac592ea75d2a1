"""What a running Medpath tells of its work (metrics, logs, request ids, traces), and never of what people say."""
